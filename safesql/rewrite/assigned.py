"""The values that an UPDATE gives to columns, as they are written after SET."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safesql.guard.analysis.names import plain
from safesql.guard.effect import Effect
from safesql.slotted import dataclass
from safesql.sql.dialect import Family
from safesql.sql.statement import Statement
from safesql.sql.token import Kind, Span, Token

_ENDS = frozenset(("FROM", "WHERE", "ORDER", "LIMIT", "RETURNING"))


@dataclass(frozen=True, slots=True)
class Assignment:
    """``column`` as the server knows it; ``value`` as written, None where it cannot stand in a SELECT (DEFAULT, a row).

    ``table`` is what qualifies the column, as the server knows it, or empty.
    """

    column: str
    value: str | None
    table: str = ""


def assigned(effect: Effect, statement: Statement) -> tuple[Assignment, ...] | None:
    """The assignments of one UPDATE of a statement; None where they are not understood."""
    start = effect.target_at.end if effect.target_at is not None else None
    if effect.source is not None and statement.dialect.family is Family.MYSQL:
        start = effect.source.end
    if start is None or effect.verb != "UPDATE":
        return None
    return assignments(statement, Span(start, effect.at.end))


def assignments(statement: Statement, span: Span) -> tuple[Assignment, ...] | None:
    """What stands after the SET that begins a part of a statement; a word before it may be UPDATE, as in MERGE."""
    tokens = [token for token in statement.tokens if span.start <= token.start and token.end <= span.end]
    tokens = tokens[1:] if tokens and tokens[0].word == "UPDATE" else tokens
    if not tokens or tokens[0].word != "SET":
        return None
    return listed(tokens[1:], statement)


def listed(tokens: Sequence[Token], statement: Statement) -> tuple[Assignment, ...] | None:
    """The assignments at the beginning of these tokens, which follow SET; None where one is not understood."""
    parts = [_one(part, statement) for part in between_commas(_clause(tokens))]
    if not parts or any(part is None for part in parts):
        return None
    return tuple(each for part in parts if part is not None for each in part)


def _clause(tokens: Sequence[Token]) -> list[Token]:
    """The tokens between SET and what follows the assignments."""
    kept: list[Token] = []
    depth = 0
    for place, token in enumerate(tokens):
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        distinct = token.word == "FROM" and place > 0 and tokens[place - 1].word == "DISTINCT"
        if depth < 0 or (depth == 0 and token.word in _ENDS and not distinct):
            break
        kept.append(token)
    return kept


def between_commas(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The parts between the commas that stand in no bracket."""
    part: list[Token] = []
    depth = 0
    for token in tokens:
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        if token.kind is Kind.COMMA and depth == 0:
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _one(part: Sequence[Token], statement: Statement) -> tuple[Assignment, ...] | None:
    """``column = value``, ``t.column = value`` or PostgreSQL's and SQLite's ``(a, b) = (..)``."""
    at = next((place for place, token in enumerate(part) if token.text in ("=", ":=")), None)
    if at is None or at == 0 or at + 1 == len(part):
        return None
    left, right = part[:at], part[at + 1 :]
    if left[0].kind is not Kind.OPEN:
        return _single(left, right, statement)
    columns = [_single(names, right, statement) for names in between_commas(left[1:-1])]
    known = [column[0] for column in columns if column is not None]
    if len(known) != len(columns):
        return None
    values = _row(right, len(columns), statement)
    return tuple(Assignment(column.column, value, column.table) for column, value in zip(known, values, strict=True))


def _single(left: Sequence[Token], right: Sequence[Token], statement: Statement) -> tuple[Assignment, ...] | None:
    """One column; what is assigned to an element or a field of it changes all of it."""
    names = []
    for token in left:
        if token.kind in (Kind.WORD, Kind.NAME):
            names.append(plain(token, statement.dialect.family))
        elif token.kind is not Kind.DOT:
            break
    if not names:
        return None
    whole = len(left) == 2 * len(names) - 1
    if whole and statement.dialect.family is Family.MYSQL and len(names) > 1:
        return (Assignment(names[-1], _text(right, statement), names[-2]),)
    return (Assignment(names[0], _text(right, statement) if whole and len(names) == 1 else None),)


def _row(right: Sequence[Token], size: int, statement: Statement) -> list[str | None]:
    """The values of a row that is written out, else None for each."""
    inner = right[1:] if right[0].word == "ROW" else right
    enclosed = len(inner) > 1 and inner[0].kind is Kind.OPEN and inner[-1].kind is Kind.CLOSE
    if not enclosed or inner[1].word in ("SELECT", "WITH", "VALUES"):
        return [None] * size
    parts = list(between_commas(inner[1:-1]))
    return [_text(part, statement) for part in parts] if len(parts) == size else [None] * size


def _text(tokens: Sequence[Token], statement: Statement) -> str | None:
    """What is written there; DEFAULT is no expression."""
    if not tokens or (len(tokens) == 1 and tokens[0].word == "DEFAULT"):
        return None
    span = Span(tokens[0].start, tokens[-1].end)
    return statement.text[span.start : span.end]
