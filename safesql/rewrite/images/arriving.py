"""How the rows that an INSERT brings are found in their table: by the unique columns it lists, or by new numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from safesql.guard.analysis.names import plain
from safesql.guard.effect import Effect
from safesql.rewrite.images.given import Given, given, span_of
from safesql.rewrite.images.reason import ARMS
from safesql.rewrite.images.shape import Shape
from safesql.slotted import dataclass
from safesql.sql.dialect import Dialect, Family
from safesql.sql.lexer import significant
from safesql.sql.quoting import quote_name
from safesql.sql.statement import Statement
from safesql.sql.token import Kind, Token

ROWS = "safesql_incoming"
IGNORES = frozenset({"IGNORE", "NOTHING"})


@dataclass(frozen=True, slots=True)
class Arriving:
    """``condition`` holds for rows of the table that share a key with what comes; empty where only numbers tell.

    ``numbered`` says that the table may number the new rows itself. ``overwrites`` says that rows which are there
    already may be changed or skipped, ``replaces`` that they may go. ``assigned`` are columns that those may get.
    """

    condition: str
    numbered: bool
    overwrites: bool
    replaces: bool
    assigned: frozenset[str] = frozenset()


def arriving(shape: Shape, effect: Effect, root: Effect, statement: Statement) -> Arriving | str:
    """How they are found, or why they cannot be."""
    start = target_end(effect, statement)
    tokens = span_of(effect, start, statement)
    tail = _tail(tokens)
    replaces = any(part.verb == "REPLACE" for part in root.walk())
    before = {token.word for token in statement.tokens if token.end <= start}
    overwrites = replaces or any(part.verb in ARMS for part in root.walk()) or bool(IGNORES & before)
    overwrites = overwrites or any(token.word in IGNORES for token in tail)
    numbered = bool(shape.counted)
    assigned = frozenset(_assigned(tail, statement.dialect))
    if assigned & {name.lower() for name in shape.key}:
        return f"it changes the key of {shape.name}, by which its rows are found again"
    comes = given(shape, effect, tokens, statement)
    if comes is None:
        return "the rows it brings are not written as VALUES, SET or a query"
    unsure = comes.left - {shape.counted, *shape.blank}        # NULL is in their place where keys are compared
    names = [unique for unique in shape.uniques if set(unique) <= set(comes.columns) - unsure]
    known = {*comes.columns, *shape.blank} - unsure
    missed = [unique for unique in shape.uniques if not set(unique) <= known and shape.counted not in unique]
    if overwrites and missed:
        return f"it does not give {', '.join(missed[0])}, by which rows of {shape.name} may meet"
    if not overwrites:
        names = [shape.key] if set(shape.key) <= set(comes.columns) - unsure else []
        if not names and not (numbered and shape.counted in shape.key):
            return f"it does not give the key of {shape.name}"
    read = significant(comes.source, statement.dialect) if comes.source and names else ()
    if any(_names(token, shape, statement.dialect) for token in read):
        return f"it reads the table that it fills, {shape.name}"
    condition = " OR ".join(_meets(unique, comes, shape, statement.dialect) for unique in names if comes.source)
    return Arriving(condition, numbered, overwrites, replaces, assigned)


def target_end(effect: Effect, statement: Statement) -> int:
    """Where the name of the table ends; an INSERT of literal rows is not analysed so far, and looked at here."""
    if effect.target_at is not None:
        return effect.target_at.end
    tokens = statement.tokens
    place = next((place for place, token in enumerate(tokens) if token.word == "INTO"), 0) + 1
    parts = len(effect.target.parts) if effect.target else 1
    return tokens[min(place + 2 * (parts - 1), len(tokens) - 1)].end


def _tail(tokens: Sequence[Token]) -> Sequence[Token]:
    """From ON CONFLICT or ON DUPLICATE KEY to the end."""
    for place in range(len(tokens) - 1):
        if tokens[place].word == "ON" and tokens[place + 1].word in ("CONFLICT", "DUPLICATE"):
            return tokens[place:]
    return ()


def _assigned(tail: Sequence[Token], dialect: Dialect) -> Iterator[str]:
    """Columns that stand before ``=`` there, in lower case; more than are assigned, never fewer."""
    begins = next((place for place, token in enumerate(tail) if token.word in ("SET", "UPDATE")), len(tail))
    if begins + 1 < len(tail) and tail[begins].word == "UPDATE" and tail[begins + 1].word == "SET":
        begins += 1
    for token, following in pairwise(tail[begins + 1 :]):
        if following.text == "=" and token.kind in (Kind.WORD, Kind.NAME):
            yield plain(token, dialect.family).lower()
        elif token.kind in (Kind.WORD, Kind.NAME) and following.kind in (Kind.COMMA, Kind.CLOSE):
            yield plain(token, dialect.family).lower()             # (a, b) = (..)


def _names(token: Token, shape: Shape, dialect: Dialect) -> bool:
    """Whether a token is the table's own name."""
    own = shape.name.parts[-1].lower()
    return token.kind in (Kind.WORD, Kind.NAME) and plain(token, dialect.family).lower() == own


def _meets(unique: Sequence[str], comes: Given, shape: Shape, dialect: Dialect) -> str:
    """That a row of the table shares these columns with a row that comes."""
    named = comes.columns
    if dialect.family is Family.POSTGRES:                  # a query may be shorter than the table, and is named so far
        named = named[: max(named.index(column) for column in unique) + 1]
    names = ", ".join(quote_name(f"safesql {column}", dialect) for column in named)
    types = {column.name: column.type for column in shape.columns}
    come = {column: quote_name(f"safesql {column}", dialect) for column in unique}
    wanted = ", ".join(_as(come[column], types.get(column, ""), dialect) for column in unique)
    own = ", ".join(quote_name(column, dialect) for column in unique)
    own = f"({own})" if len(unique) > 1 else own
    return f"{own} IN (WITH {ROWS} ({names}) AS ({comes.source}\n) SELECT {wanted} FROM {ROWS})"


def _as(name: str, kind: str, dialect: Dialect) -> str:
    """PostgreSQL takes a literal in VALUES for text; the column's own type is what it becomes."""
    return f"CAST({name} AS {kind})" if dialect.family is Family.POSTGRES and kind else name
