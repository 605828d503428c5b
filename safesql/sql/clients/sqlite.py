"""sqlite3: semicolons end statements but not the steps of a trigger; a dot in the first column is for the shell."""

from __future__ import annotations

import re
from functools import cache

from safesql.sql.cut import Client, Cut, Cutter, Found, View
from safesql.sql.lexer import significant
from safesql.sql.statement import Ending
from safesql.sql.strings import BACKTICK, BLOCK, BRACKETS, DOUBLE, SINGLE, WORD

_GAP = rf"(?:[ \t\n\r\f]|--[^\n]*+|{BLOCK})++"
_TRIGGER = rf"(?:explain{_GAP}(?:query{_GAP}plan{_GAP})?)?create{_GAP}(?:temp(?:orary)?{_GAP})*trigger(?!{WORD}|\$)"
_DOT = re.compile(r"\.([A-Za-z]+)")
_BACKSLASH = re.compile(r"\\([A-Za-z_]+\+?|[?!.])")


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
        if character != ";":
            return self.open(at, "/*" if character == "/" else character)      # sqlite3 runs what stands before it
        if self._trigger:
            step = significant(self.buffer[self._since : at], self.view.dialect)
            self._since = at + 1
            if [token.word for token in step] != ["END"]:
                return at + 1
        return self.terminated(at)

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
    """A dot command in the first column, or a backslash command."""
    first = view.buffer[view.start : view.start + 1]
    column = view.start == 0 or view.buffer[view.start - 1] == "\n"
    pattern = _BACKSLASH if first == "\\" else _DOT if first == "." and column else None
    found = pattern and pattern.match(view.buffer, view.start)
    if not found:
        return None
    end = view.line_end(view.start)
    return Found(found[1], view.buffer[found.end() : max(end, found.end())].strip(), end)


@cache
def _trigger() -> re.Pattern[str]:
    """The beginning of CREATE TRIGGER."""
    return re.compile(_TRIGGER, re.IGNORECASE | re.ASCII)


@cache
def _hop() -> re.Pattern[str]:
    """Everything between two characters that matter."""
    pieces = [r"""[^'"`\[\-/\\;]++""", SINGLE, DOUBLE, BACKTICK, BRACKETS, r"--[^\n]*+", "-(?!-)", BLOCK, r"/(?!\*)"]
    return re.compile(f"(?:{'|'.join(pieces)})*+")


CLIENT = Client(
    SqliteCutter,
    command,
    lead=re.compile(rf"(?:[ \t\n\r\f]++|--[^\n]*+(?=\n)|(?<![^\n])\#[^\n]*+(?=\n)|{BLOCK})*+"),
    line=re.compile(r"--|(?<![^\n])\#"),
)
