"""Statements that hold semicolons of their own: SQL-standard routine bodies of PostgreSQL, triggers of SQLite."""

from __future__ import annotations

import re

from safesql.sql.dialect import Dialect, Family
from safesql.sql.lexer import significant

_GAP = r"(?:[ \t\n\r\f\v]|--[^\n\r]*+|/\*(?:[^*]|\*(?!/))*+\*/)++"
_ROUTINE = re.compile(rf"create{_GAP}(?:or{_GAP}replace{_GAP})?(?:function|procedure)(?![A-Za-z0-9_$])", re.IGNORECASE)
_EXPLAINED = rf"(?:explain{_GAP}(?:query{_GAP}plan{_GAP})?)?"
_TRIGGER = re.compile(rf"{_EXPLAINED}create{_GAP}(?:temp(?:orary)?{_GAP})?trigger\b", re.IGNORECASE)


class Body:
    """Follows one statement from candidate to candidate: is this semicolon its end?"""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._depth = 0

    def ends(self, segment: str) -> bool:
        """Whether a semicolon after ``segment``, the text since the last candidate, ends the statement."""
        tokens = significant(segment, self._dialect)
        if self._dialect.family is Family.SQLITE:       # sqlite3_complete: ; END ; and nothing else between
            return [token.word for token in tokens] == ["END"]
        for token in tokens:
            if token.word == "BEGIN" or (token.word == "CASE" and self._depth):
                self._depth += 1
            elif token.word == "END" and self._depth:
                self._depth -= 1
        return not self._depth


def body(text: str, position: int, dialect: Dialect) -> Body | None:
    """A follower for the statement that begins here, when it may hold semicolons."""
    match dialect.family:
        case Family.POSTGRES:
            return Body(dialect) if _ROUTINE.match(text, position) else None
        case Family.SQLITE:
            return Body(dialect) if _TRIGGER.match(text, position) else None
        case Family.MYSQL:
            return None
