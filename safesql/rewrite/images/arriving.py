"""How the rows that an INSERT brings are found in their table: by the unique columns it lists, or by new numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from safesql.guard.analysis.names import plain
from safesql.guard.effect import Effect
from safesql.rewrite.assigned import listed as assigned_to
from safesql.rewrite.images.reason import ARMS
from safesql.rewrite.images.shape import Shape
from safesql.rewrite.written import query_of
from safesql.slotted import dataclass
from safesql.sql.dialect import Dialect, Family
from safesql.sql.lexer import significant
from safesql.sql.quoting import quote_name
from safesql.sql.statement import Statement
from safesql.sql.token import Kind, Span, Token

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
    end = effect.at.end if effect.at.end > start else len(statement.text)
    tokens = [token for token in statement.tokens if start <= token.start and token.end <= end]
    listed, rest = _listed(tokens, shape, statement.dialect)
    replaces = any(part.verb == "REPLACE" for part in root.walk())
    before = {token.word for token in statement.tokens if token.end <= start}
    tail = _tail(rest)
    overwrites = replaces or any(part.verb in ARMS for part in root.walk()) or bool(IGNORES & before)
    overwrites = overwrites or any(token.word in IGNORES for token in tail)
    numbered = bool(shape.counted)
    assigned = frozenset(_assigned(tail, statement.dialect))
    if assigned & {name.lower() for name in shape.key}:
        return f"it changes the key of {shape.name}, by which its rows are found again"
    source: str | None
    if rest and rest[0].word == "SET":
        listed, source = _set(rest[1 : len(rest) - len(tail)], shape, statement)
    else:
        source = _source(effect, rest, statement)
    if source is None:
        return "the rows it brings are not written as VALUES, SET or a query"
    names = [unique for unique in shape.uniques if set(unique) <= set(listed)]
    missed = [unique for unique in shape.uniques if unique not in names and shape.counted not in unique]
    if overwrites and missed:
        return f"it does not give {', '.join(missed[0])}, by which rows of {shape.name} may meet"
    if not overwrites:
        names = [shape.key] if set(shape.key) <= set(listed) else []
        if not names and not (numbered and shape.counted in shape.key):
            return f"it does not give the key of {shape.name}"
    read = significant(source, statement.dialect) if source and names else ()
    if any(_names(token, shape, statement.dialect) for token in read):
        return f"it reads the table that it fills, {shape.name}"
    condition = " OR ".join(_meets(unique, listed, source, shape, statement.dialect) for unique in names if source)
    return Arriving(condition, numbered, overwrites, replaces, assigned)


def target_end(effect: Effect, statement: Statement) -> int:
    """Where the name of the table ends; an INSERT of literal rows is not analysed so far, and looked at here."""
    if effect.target_at is not None:
        return effect.target_at.end
    tokens = statement.tokens
    place = next((place for place, token in enumerate(tokens) if token.word == "INTO"), 0) + 1
    parts = len(effect.target.parts) if effect.target else 1
    return tokens[min(place + 2 * (parts - 1), len(tokens) - 1)].end


def _listed(tokens: Sequence[Token], shape: Shape, dialect: Dialect) -> tuple[list[str], Sequence[Token]]:
    """The columns that are given, in the server's spelling, and the tokens behind their list."""
    words = {column.name.lower(): column.name for column in shape.columns}
    hidden = shape.columns[0].name if shape.columns and shape.columns[0].kind == "rowid" else None
    everything = [column.name for column in shape.stored if column.name != hidden]
    query = len(tokens) > 1 and tokens[1].word in ("SELECT", "WITH", "VALUES")
    if not tokens or tokens[0].kind is not Kind.OPEN or query:
        return everything, tokens
    close = next((place for place, token in enumerate(tokens) if token.kind is Kind.CLOSE), len(tokens) - 1)
    names = [plain(token, dialect.family) for token in tokens[1:close] if token.kind in (Kind.WORD, Kind.NAME)]
    return [words.get(name.lower(), name) for name in names], tokens[close + 1 :]


def _set(tokens: Sequence[Token], shape: Shape, statement: Statement) -> tuple[list[str], str | None]:
    """The columns and the row behind SET, as MySQL writes one; None where it is not understood."""
    given = assigned_to(tokens, statement)
    if given is None:
        return [], None
    words = {column.name.lower(): column.name for column in shape.columns}
    pairs = [(each.column, each.value) for each in given if each.value is not None]
    word = "ROW" if statement.dialect.name == "mysql" else ""
    names = [words.get(column.lower(), column) for column, _ in pairs]
    return names, f"VALUES {word}({', '.join(f'{value}' for _, value in pairs)})"


def _source(effect: Effect, rest: Sequence[Token], statement: Statement) -> str | None:
    """The query, or the VALUES as one; empty for DEFAULT VALUES, None for anything else."""
    query = query_of(statement, effect)
    with_ = statement.text[effect.with_.start : effect.with_.end] + " " if effect.with_ else ""
    if query is not None:
        return with_ + statement.text[query.start : query.end]
    place = next((place for place, token in enumerate(rest) if token.word in ("VALUES", "VALUE")), None)
    if place is None:
        return None
    if place and rest[place - 1].word == "DEFAULT":
        return ""
    rows = list(_rows(rest[place + 1 :]))
    if not rows:
        return None
    word = "ROW" if statement.dialect.name == "mysql" else ""
    return with_ + "VALUES " + ", ".join(word + statement.text[span.start : span.end] for span in rows)


def _rows(tokens: Sequence[Token]) -> Iterator[Span]:
    """The bracketed rows behind VALUES."""
    depth, start = 0, 0
    for token in tokens:
        if token.kind is Kind.OPEN:
            start = token.start if depth == 0 else start
            depth += 1
        elif token.kind is Kind.CLOSE:
            depth -= 1
            if depth == 0:
                yield Span(start, token.end)
        elif depth == 0 and token.kind is not Kind.COMMA:
            return


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


def _meets(unique: Sequence[str], listed: Sequence[str], source: str, shape: Shape, dialect: Dialect) -> str:
    """That a row of the table shares these columns with a row that comes."""
    names = ", ".join(quote_name(f"safesql {column}", dialect) for column in listed)
    types = {column.name: column.type for column in shape.columns}
    come = {column: quote_name(f"safesql {column}", dialect) for column in unique}
    wanted = ", ".join(_as(come[column], types.get(column, ""), dialect) for column in unique)
    own = ", ".join(quote_name(column, dialect) for column in unique)
    own = f"({own})" if len(unique) > 1 else own
    return f"{own} IN (WITH {ROWS} ({names}) AS ({source}\n) SELECT {wanted} FROM {ROWS})"


def _as(name: str, kind: str, dialect: Dialect) -> str:
    """PostgreSQL takes a literal in VALUES for text; the column's own type is what it becomes."""
    return f"CAST({name} AS {kind})" if dialect.family is Family.POSTGRES and kind else name
