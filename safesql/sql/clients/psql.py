r"""psql: semicolons outside of brackets and routine bodies, and backslash commands anywhere (psqlscan.l).

Unlike psql, an E'..' string that goes on in the next line keeps its escapes, because that is how the server reads it.
"""

from __future__ import annotations

import re
from functools import cache

from safesql.sql.cut import Client, Cut, Cutter, Found, Splice, View
from safesql.sql.dialect import Dialect
from safesql.sql.lexer import significant
from safesql.sql.possessive import compiled
from safesql.sql.statement import Ending
from safesql.sql.strings import DOUBLE, ESCAPED, LETTER, SINGLE, WORD
from safesql.sql.token import Kind
from safesql.sql.variables import cut_off, name_of, reference

_TAG = rf"{LETTER}{WORD}*+"
_FLAT_COMMENT = r"/\*[^*/]*+(?:(?:\*(?!/)|/(?!\*))[^*/]*+)*+\*/"      # holds no comment; nested ones are counted
_ON = r"(?:[ \t\f\v]|--[^\n\r]*+)*+[\n\r](?:[ \t\n\r\f\v]++|--[^\n\r]*+[\n\r])*+"      # a string goes on after this
_AFTER_E, _AFTER_B, _AFTER_U = (
    rf"(?<={prefix})(?<!{WORD}{prefix})(?<!\${prefix})" for prefix in ("[eE]", "[bBxX]", "[uU]&")
)
_DOLLAR_OPEN = compiled(rf"\$(?:{_TAG})?+\$")
_DOLLAR_CUT = compiled(rf"\$(?:{_TAG})?+\Z")
_WORDY = compiled(WORD)
_NEST = compiled(r"/\*|\*/")
_GAP = rf"(?:[ \t\n\r\f\v]|--[^\n\r]*+|{_FLAT_COMMENT})++"
_ROUTINE = compiled(
    rf"create{_GAP}(?:or{_GAP}replace{_GAP})?(?:function|procedure)(?!{WORD}|\$)", re.IGNORECASE | re.ASCII
)
_NAME = compiled(r"\\([A-Za-z_][A-Za-z0-9_]*\+?|[!?.\\\-#])")
_OPTIONS = compiled(r"""(?:[^\\'"`\n]++|'(?:[^'\\\n]|''|\\[^\n])*+'|"[^"\n]*+"|`[^`\n]*+`|['"`][^\n]*+)*+""")
_WHOLE_LINE = frozenset({"!", "copy", "ef", "ev", "h", "help", "sf", "sf+", "sv", "sv+"})
_GO = {"g": Ending.GO, "G": Ending.VERTICAL, "gx": Ending.VERTICAL}
_SENDS = frozenset({"g", "G", "gx", "gset", "gexec", "gdesc", "crosstabview", "watch"})
_CLEARS = frozenset({"r", "reset"})
CONDITIONALS = frozenset({"if", "elif", "else", "endif"})


class PsqlCutter(Cutter):
    """One statement as psql reads it."""

    __slots__ = ("_begun", "_since")

    def __init__(self, view: View) -> None:
        super().__init__(view)
        self._begun = 0 if _ROUTINE.match(view.buffer, view.start) else -1      # depth of BEGIN; -1: no routine
        self._since = view.start

    def hop(self) -> re.Pattern[str]:
        """To the next bracket, semicolon, backslash, or what has no end; to a colon where that means something."""
        return _hop(self.view.dialect, colon=self.view.variables is not None)

    def meet(self, at: int) -> int | Cut | Splice | None:
        """A semicolon at depth 0 ends it."""
        match self.buffer[at]:
            case "(":
                self._read_words(at)
                self.depth += 1
            case ")":
                self._close(at)
            case ";":
                self._read_words(at)
                if not self.depth and self._begun <= 0:
                    return self.terminated(at)
            case "\\":
                return self._backslash(at)
            case ":":
                return self._variable(at)
            case _:
                return self._unended(at)
        return at + 1

    def _variable(self, at: int) -> int | Splice | None:
        """The value of a variable is put in and read on, but not inside of itself."""
        view, variables = self.view, self.view.variables
        found = reference(self.buffer, at)
        if not view.final and (cut_off(self.buffer, at) or (found is None and at + 1 == len(self.buffer))):
            return None
        if found is None or variables is None:
            return at + 1
        within = [each.name for each in view.put_in if each.start <= at < each.end]
        value = None if name_of(found) in within else variables.text(found)
        escaped = any(each.start == at and not each.name for each in view.put_in)
        return found.end() if value is None or escaped else Splice(at, found.end(), value, name_of(found))

    def _close(self, at: int) -> None:
        """Brackets are counted, so that a semicolon inside them ends nothing."""
        if self.depth:
            self.depth -= 1
            self._since = at + 1
        else:
            self.problem = self.problem or "a bracket is closed that was never opened"

    def _read_words(self, at: int) -> None:
        """BEGIN and CASE open, END closes, where no bracket is open: psql does not know more of routine bodies."""
        if self._begun < 0 or self.depth:
            return
        for token in significant(self.buffer[self._since : at], self.view.dialect):
            if token.word == "BEGIN" or (token.word == "CASE" and self._begun):
                self._begun += 1
            elif token.word == "END" and self._begun and token.kind is Kind.WORD:
                self._begun -= 1
        self._since = at + 1

    def _unended(self, at: int) -> int | Cut | None:
        """Past a nested comment or a dollar that opens nothing; else all of the rest is inside something."""
        if self.buffer.startswith("/*", at):
            after = nested_comment(self.buffer, at)
            return after if after >= 0 else self.open(at, "/*")
        if self.buffer[at] == "$":
            return self._dollar(at)
        return self.open(at, self.buffer[at])

    def _dollar(self, at: int) -> int | Cut | None:
        """Past a dollar-quoted string, or a dollar that is part of a name or a parameter."""
        if _ends_in_name(self.buffer, at):
            return at + 1
        opened = _DOLLAR_OPEN.match(self.buffer, at)
        if opened:
            close = self.buffer.find(opened[0], opened.end())
            return close + len(opened[0]) if close >= 0 else self.open(at, opened[0])
        return None if _DOLLAR_CUT.match(self.buffer, at) and not self.view.final else at + 1

    def _backslash(self, at: int) -> int | Cut | Splice | None:
        """A command ends the statement, or is taken out of it; where neither is possible, that is a problem."""
        if self.buffer.startswith(r"\;", at):
            self._read_words(at)
            return self._joined(at)
        if self.buffer.startswith(r"\:", at):
            return Splice(at, at + 2, ":")
        if self.view.line_end(at) < 0:
            return None
        found = found_at(self.view, at)
        if found is None:
            self.problem = self.problem or "a backslash stands outside of strings"
            return at + 1
        if found.name in _SENDS:
            plain = found.name in _GO and not found.argument.strip(" ;")
            ending = _GO.get(found.name, Ending.COMMAND)
            return Cut(at, found.end, ending, self.problem or self._left_open(), sender=None if plain else found)
        if found.name in _CLEARS:
            return Cut(at, found.end, Ending.COMMAND, self.problem, dropped=not self.problem)
        if self.view.script:
            return Splice(at, found.end, "", found=found)
        inside = f"the command \\{found.name} stands inside it; end the statement first"
        return Cut(at, at, Ending.COMMAND, self.problem or inside)

    def _joined(self, at: int) -> Cut:
        r"""At \; psql begins another statement of the same message; what is open stays open, which no server takes."""
        body = r"\; stands inside the body of a routine; write ; there" if self._begun > 0 else ""
        return Cut(at, at + 2, Ending.JOINED, self.problem or self._left_open() or body)

    def _left_open(self) -> str:
        """What is wrong with a statement that ends inside of brackets."""
        return "a bracket is never closed" if self.depth else ""


class Skipped(PsqlCutter):
    r"""The text of a branch that is not taken: to the next ``\if`` or what belongs to it, whatever else it holds."""

    __slots__ = ()

    def hop(self) -> re.Pattern[str]:
        """Variables are left as they stand."""
        return _hop(self.view.dialect, colon=False)

    def meet(self, at: int) -> int | Cut | Splice | None:
        """Only conditionals count."""
        match self.buffer[at]:
            case "(" | ")" | ";":
                return at + 1
            case "\\":
                return self._skipped(at)
            case _:
                return self._unended(at)

    def _skipped(self, at: int) -> int | Cut | None:
        """Past a command that is not done, or the end at one that tells where the branch ends."""
        if self.view.line_end(at) < 0:
            return None
        found = found_at(self.view, at)
        if found is None:
            return at + 1
        return Cut(at, found.end, Ending.COMMAND, sender=found) if found.name in CONDITIONALS else found.end


def nested_comment(text: str, at: int) -> int:
    """Where the comment that begins here ends, as PostgreSQL nests them; -1 when it does not."""
    depth = 0
    for found in _NEST.finditer(text, at):
        depth += 1 if found.group() == "/*" else -1
        if not depth:
            return found.end()
    return -1


def _ends_in_name(text: str, at: int) -> bool:
    """Whether the digits before ``at`` are the end of a name rather than a number or a parameter."""
    start = at
    while start and text[start - 1] in "0123456789":
        start -= 1
    if 0 < start < at and text[start - 1] == "$":
        start -= 1
    return 0 < start < at and _WORDY.match(text, start - 1) is not None


def found_at(view: View, at: int) -> Found | None:
    r"""The backslash command at ``at``: to the end of the line, to the next command, or to the separator ``\\``."""
    named = _NAME.match(view.buffer, at)
    if named is None:
        return None
    name, line_end = named[1], view.line_end(at)
    if line_end < 0:
        return Found(name, "", -1)
    end = line_end
    if name not in _WHOLE_LINE and (options := _OPTIONS.match(view.buffer, named.end(), line_end)):
        end = options.end()
    argument = view.buffer[named.end() : end].strip()
    return Found(name, argument, end + 2 if view.buffer.startswith("\\\\", end) else end)


def command(view: View) -> Found | None:
    """The command where a statement could begin."""
    return found_at(view, view.start)


@cache
def _hop(dialect: Dialect, *, colon: bool) -> re.Pattern[str]:
    """Everything between two characters that matter, strings and names and flat comments as a whole."""
    plain = ESCAPED if dialect.backslash_escapes else SINGLE
    pieces = [
        *([r"""[^'"$\-/\\();:]++""", "::"] if colon else [r"""[^'"$\-/\\();]++"""]),
        rf"{_AFTER_E}{ESCAPED}(?:{_ON}{ESCAPED})*+",
        rf"(?:{_AFTER_B}|{_AFTER_U}){SINGLE}(?:{_ON}{SINGLE})*+",
        rf"(?!{_AFTER_E}|{_AFTER_B}|{_AFTER_U}){plain}",
        DOUBLE,
        rf"(?<={WORD})(?<![0-9])\$++",
        r"--[^\n\r]*+",
        "-(?!-)",
        _FLAT_COMMENT,
        r"/(?!\*)",
    ]
    return compiled(f"(?:{'|'.join(pieces)})*+")


CLIENT = Client(
    PsqlCutter,
    command,
    lead=compiled(rf"(?:[ \t\n\r\f\v]++|--[^\n\r]*+(?=[\n\r])|{_FLAT_COMMENT})*+"),
    line=compiled("--"),
    nested=True,
    skipped=Skipped,
)
