"""What an INSERT gives: its columns, its rows as a query, and where a row leaves a column to its DEFAULT."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safesql.guard.analysis.names import plain
from safesql.guard.effect import Effect
from safesql.rewrite.assigned import between_commas
from safesql.rewrite.assigned import listed as assigned_to
from safesql.rewrite.images.shape import Shape
from safesql.rewrite.written import query_of
from safesql.slotted import dataclass
from safesql.sql.dialect import Family
from safesql.sql.statement import Statement
from safesql.sql.token import Kind, Token


@dataclass(frozen=True, slots=True)
class Given:
    """``columns`` in the server's spelling, those of the ``source``, a query; ``source`` is empty for DEFAULT VALUES.

    ``left`` are columns that a row leaves to their DEFAULT; the source has NULL for them there.
    """

    columns: tuple[str, ...]
    source: str
    left: frozenset[str] = frozenset()


def given(shape: Shape, effect: Effect, rest: Sequence[Token], statement: Statement) -> Given | None:
    """What stands behind the table's name; None where it is none of VALUES, SET and a query.

    PostgreSQL takes rows that are shorter than the table, and gives the columns behind their DEFAULT:
    https://www.postgresql.org/docs/current/sql-insert.html.
    """
    columns, rest = _listed(rest, shape, statement)
    if rest and rest[0].word == "SET":
        return _set(rest[1:], shape, statement)
    with_ = statement.text[effect.with_.start : effect.with_.end] + " " if effect.with_ else ""
    query = query_of(statement, effect)
    if query is not None:
        return Given(columns, with_ + statement.text[query.start : query.end])
    place = next((place for place, token in enumerate(rest) if token.word in ("VALUES", "VALUE")), None)
    if place is None:
        return None
    if place and rest[place - 1].word == "DEFAULT":
        return Given((), "")
    return _values(columns, list(_rows(rest[place + 1 :])), with_, statement)


def _listed(tokens: Sequence[Token], shape: Shape, statement: Statement) -> tuple[tuple[str, ...], Sequence[Token]]:
    """The columns that are given, and the tokens behind their list; SQLite alone leaves generated ones out of it."""
    words = {column.name.lower(): column.name for column in shape.columns}
    family = statement.dialect.family
    taken = shape.stored if family is Family.SQLITE else shape.columns
    everything = tuple(column.name for column in taken if not column.hidden and column.kind != "rowid")
    query = len(tokens) > 1 and tokens[1].word in ("SELECT", "WITH", "VALUES")
    if not tokens or tokens[0].kind is not Kind.OPEN or query:
        return everything, tokens
    close = next((place for place, token in enumerate(tokens) if token.kind is Kind.CLOSE), len(tokens) - 1)
    names = [plain(token, family) for token in tokens[1:close] if token.kind in (Kind.WORD, Kind.NAME)]
    return tuple(words.get(name.lower(), name) for name in names) or everything, tokens[close + 1 :]


def _set(tokens: Sequence[Token], shape: Shape, statement: Statement) -> Given | None:
    """The columns and the row behind SET, as MySQL writes one; None where it is not understood."""
    end = next(
        (place for place, token in enumerate(tokens) if token.word == "ON" and _upserts(tokens, place)), len(tokens)
    )
    assigned = assigned_to(tokens[:end], statement)
    if assigned is None:
        return None
    words = {column.name.lower(): column.name for column in shape.columns}
    pairs = [(words.get(each.column.lower(), each.column), each.value) for each in assigned]
    values = ", ".join("NULL" if value is None else value for _, value in pairs)
    left = frozenset(column for column, value in pairs if value is None)
    return Given(tuple(column for column, _ in pairs), f"VALUES {_row(statement)}({values})", left)


def _upserts(tokens: Sequence[Token], place: int) -> bool:
    """Whether ON begins ON DUPLICATE KEY there."""
    return place + 1 < len(tokens) and tokens[place + 1].word == "DUPLICATE"


def _values(columns: tuple[str, ...], rows: list[list[Token]], with_: str, statement: Statement) -> Given | None:
    """The rows behind VALUES; None where there are none."""
    parts = [list(between_commas(row)) for row in rows]
    if not parts:
        return None
    width = len(parts[0]) if rows[0] else 0
    if not width:
        return Given((), "")
    left: set[str] = set()
    written: list[str] = []
    for row in parts:
        cells: list[str] = []
        for place, part in enumerate(row):
            default = len(part) == 1 and part[0].word == "DEFAULT"
            left.update(columns[place : place + 1] if default else ())
            cells.append("NULL" if default else _text(part, statement))
        written.append(f"{_row(statement)}({', '.join(cells)})")
    return Given(columns[:width], f"{with_}VALUES {', '.join(written)}", frozenset(left))


def _row(statement: Statement) -> str:
    """The word before a row of VALUES: https://dev.mysql.com/doc/refman/8.4/en/values.html."""
    return "ROW" if statement.dialect.name == "mysql" else ""


def _text(part: Sequence[Token], statement: Statement) -> str:
    """What these tokens say, as written."""
    return statement.text[part[0].start : part[-1].end] if part else ""


def _rows(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """What stands in each of the brackets behind VALUES."""
    depth = 0
    row: list[Token] = []
    for token in tokens:
        depth -= token.kind is Kind.CLOSE
        if depth:
            row.append(token)
        elif token.kind is Kind.CLOSE:
            yield row
            row = []
        elif token.kind not in (Kind.COMMA, Kind.OPEN) and token.word != "ROW":
            return
        depth += token.kind is Kind.OPEN


def span_of(effect: Effect, start: int, statement: Statement) -> list[Token]:
    """The tokens of an INSERT behind the name of its table."""
    end = effect.at.end if effect.at.end > start else len(statement.text)
    return [token for token in statement.tokens if start <= token.start and token.end <= end]
