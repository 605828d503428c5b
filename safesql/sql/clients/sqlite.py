"""sqlite3: semicolons end statements but not the steps of a trigger; a dot in the first column is for the shell.

So does a line of nothing but ``/`` or ``go``: https://www.sqlite.org/cli.html (section 2, and its ``.help``).
"""

from __future__ import annotations

import re
from functools import cache

from safesql.sql.cut import Client, Cut, Cutter, Found, View
from safesql.sql.lexer import significant
from safesql.sql.possessive import compiled
from safesql.sql.statement import Ending
from safesql.sql.strings import BACKTICK, BLOCK, BRACKETS, DOUBLE, SINGLE, WORD

SHORT = 64                 # characters: no line that ends a statement is longer
_GAP = rf"(?:[ \t\n\r\f]|--[^\n]*+|{BLOCK})++"
_TRIGGER = rf"(?:explain{_GAP}(?:query{_GAP}plan{_GAP})?)?create{_GAP}(?:temp(?:orary)?{_GAP})*trigger(?!{WORD}|\$)"
_DOT = compiled(r"\.([A-Za-z]+)")
_ALONE = compiled(r"\n[ \t\r\f\v]*+(?:/|[gG][oO])(?=([ \t\r\f\v]*+)(?:\n|--|/\*|\Z))")
_BACKSLASH = compiled(r"\\([A-Za-z_]+\+?|[?!.])")


class SqliteCutter(Cutter):
    """One statement as sqlite3_complete reads it."""

    __slots__ = ("_since", "_trigger")

    def __init__(self, view: View) -> None:
        super().__init__(view)
        self._trigger = _trigger().match(view.buffer, view.start) is not None
        self._since = view.start

    def hop(self) -> re.Pattern[str]:
        """To the next semicolon or what has no end."""
        return _hop()

    def meet(self, at: int) -> int | Cut | None:
        """A semicolon ends it; that of a trigger, when nothing but END stands since the one before."""
        character = self.buffer[at]
        if character == "\\":
            return self._backslash(at)
        if character == "\n":
            return self._line(at)
        if character != ";":
            return self.open(at, "/*" if character == "/" else character)      # sqlite3 runs what stands before it
        whole = self._is_whole(at)
        self._since = at + 1
        return self.terminated(at) if whole else at + 1

    def _is_whole(self, at: int) -> bool:
        """Whether a statement may end there: of a trigger, behind its END."""
        if not self._trigger:
            return True
        step = significant(self.buffer[self._since : at], self.view.dialect)
        return [token.word for token in step] == ["END"]

    def _line(self, at: int) -> int | Cut | None:
        """A line that ends a statement as a semicolon does."""
        found = _ALONE.match(self.buffer, at)
        if found is None:
            return at + 1
        if found.end(1) == len(self.buffer) and not self.view.final:
            return None
        return self.terminated(at, size=found.end() - at) if self._is_whole(at) else at + 1

    def _backslash(self, at: int) -> int | Cut | None:
        r"""SQLite knows none; ``\g`` and ``\G`` end a statement here as in the other dialects."""
        letter = self.buffer[at + 1 : at + 2]
        if not letter and not self.view.final:
            return None
        if letter in ("g", "G"):
            return self.terminated(at, Ending.GO if letter == "g" else Ending.VERTICAL, size=2)
        self.problem = self.problem or "a backslash stands outside of strings"
        return at + 1


def command(view: View) -> Found | None:
    """A dot command in the first column, a backslash command, or a line that ends what is ended already."""
    first = view.buffer[view.start : view.start + 1]
    if first in "/gG" and view.fresh:
        return _ended(view)
    column = view.start == 0 or view.buffer[view.start - 1] == "\n"
    pattern = _BACKSLASH if first == "\\" else _DOT if first == "." and column else None
    found = pattern and pattern.match(view.buffer, view.start)
    if not found:
        return None
    end = view.line_end(view.start)
    return Found(found[1], view.buffer[found.end() : max(end, found.end())].strip(), end)


def _ended(view: View) -> Found | None:
    """The line ``/`` or ``go``, which sqlite3 takes for one more semicolon."""
    end = view.line_end(view.start)
    if end < 0:
        return Found("", "", -1) if len(view.buffer) - view.start < SHORT else None
    return Found("", "", end) if view.buffer[view.start : end].strip().lower() in ("/", "go") else None


@cache
def _trigger() -> re.Pattern[str]:
    """The beginning of CREATE TRIGGER."""
    return compiled(_TRIGGER, re.IGNORECASE | re.ASCII)


@cache
def _hop() -> re.Pattern[str]:
    """Everything between two characters that matter."""
    lines = r"\n(?![ \t\r\f\v]*+(?:/|[gG][oO])[ \t\r\f\v]*+(?:\n|--|/\*|\Z))"
    quoted = SINGLE, DOUBLE, BACKTICK, BRACKETS
    pieces = [r"""[^'"`\[\-/\\;\n]++""", lines, *quoted, r"--[^\n]*+", "-(?!-)", BLOCK, r"/(?!\*)"]
    return compiled(f"(?:{'|'.join(pieces)})*+")


CLIENT = Client(
    SqliteCutter,
    command,
    lead=compiled(rf"(?:[ \t\n\r\f]++|--[^\n]*+(?=\n)|(?<![^\n])\#[^\n]*+(?=\n)|{BLOCK})*+"),
    line=compiled(r"--|(?<![^\n])\#"),
)
