"""Where a character of a statement stands in its source."""

from __future__ import annotations

from safesql.slotted import dataclass
from safesql.sql.statement import Statement


@dataclass(frozen=True, slots=True)
class Location:
    """Line and column, counting from 1, in characters."""

    line: int
    column: int


def location(statement: Statement, index: int) -> Location:
    """The place of the character at ``index`` of the statement's text."""
    before = statement.text[:index]
    lines = before.count("\n")
    if not lines:
        return Location(statement.place.line, statement.place.column + index)
    return Location(statement.place.line + lines, index - before.rindex("\n"))
