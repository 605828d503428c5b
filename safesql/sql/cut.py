"""Where a statement ends: one loop for all clients, from one character that matters to the next."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import NamedTuple

from safesql.sql.dialect import Dialect
from safesql.sql.possessive import compiled
from safesql.sql.statement import Ending
from safesql.sql.variables import Variables


class PutIn(NamedTuple):
    """``buffer[start:end]`` does not stand in the script: it is the value of the variable ``name``, or of none.

    What it stands for has so many ``lines`` and ``characters`` more.
    """

    start: int
    end: int
    name: str
    lines: int
    characters: int


class View(NamedTuple):
    """A statement's beginning in the buffer: nothing after it is known when the buffer is not ``final``."""

    buffer: str
    start: int
    final: bool
    dialect: Dialect
    delimiter: str = ";"
    fresh: bool = True                 # only blanks stand before it on its line
    put_in: tuple[PutIn, ...] = ()     # what was put into the buffer, in the order of its beginning
    variables: Variables | None = None # psql's, whose values are put in; None: they are left as they stand
    script: bool = False               # commands inside of statements are done and taken out, as psql does it

    def line_end(self, at: int) -> int:
        """Where the line that holds ``at`` ends; -1 when that is not known yet."""
        newline = self.buffer.find("\n", at)
        return len(self.buffer) if newline < 0 and self.final else newline


class Cut(NamedTuple):
    """The statement is ``buffer[start:stop]`` and the script goes on at ``after``; ``dropped`` when it is cleared.

    ``sender`` is the command that ended it, where that says what becomes of the result.
    """

    stop: int
    after: int
    ending: Ending
    problem: str = ""
    dropped: bool = False
    sender: Found | None = None


class Found(NamedTuple):
    """A client command and where the script goes on behind it; ``end`` is -1 when its line is not complete yet."""

    name: str
    argument: str
    end: int


class Splice(NamedTuple):
    """``buffer[start:end]`` becomes ``text``, and the statement is read again; ``found`` is a command taken out."""

    start: int
    end: int
    text: str
    name: str = ""
    found: Found | None = None


class Cutter(ABC):
    """Follows one statement to its end, by the rules of one client."""

    __slots__ = ("buffer", "depth", "problem", "view")

    def __init__(self, view: View) -> None:
        self.view = view
        self.buffer = view.buffer
        self.depth = 0
        self.problem = ""

    def cut(self) -> Cut | Splice | None:
        """The end of the statement, or what must be put in or taken out first; None when more text is needed."""
        hop, at, end = self.hop().match, self.view.start, len(self.buffer)
        while True:
            found = hop(self.buffer, at)
            at = found.end() if found else at
            if at >= end:
                return self.last() if self.view.final else None
            met = self.meet(at)
            if not isinstance(met, int):
                return met
            at = met

    @abstractmethod
    def hop(self) -> re.Pattern[str]:
        """All that cannot end a statement, in one possessive match."""

    @abstractmethod
    def meet(self, at: int) -> int | Cut | Splice | None:
        """Past the character where the hop stopped; or what ``cut`` returns."""

    def terminated(self, at: int, ending: Ending = Ending.TERMINATOR, size: int = 1) -> Cut:
        """Ended at ``at``, by something so many characters long."""
        return Cut(at, at + size, ending, self.problem)

    def open(self, at: int, opener: str) -> Cut | None:
        """Something begins at ``at`` and has no end in the buffer: all the rest, when nothing more comes."""
        if not self.view.final:
            return None
        line = self.buffer.count("\n", self.view.start, at) + 1
        where = f"in line {line} of the statement" if line > 1 else ""
        end = len(self.buffer)
        return Cut(end, end, Ending.END_OF_INPUT, f"what begins with {opener} {where}".rstrip() + " is never ended")

    def last(self) -> Cut:
        """The text ends without a terminator."""
        end = len(self.buffer)
        problem = self.problem or ("a bracket is never closed" if self.depth else "")
        return Cut(end, end, Ending.END_OF_INPUT, problem)


class Client(NamedTuple):
    """The rules of one client: how its statements end, what is skipped before them, and which lines are commands."""

    cutter: type[Cutter]
    command: Callable[[View], Found | None]
    lead: re.Pattern[str]              # space and whole comments
    line: re.Pattern[str]              # the beginning of a comment to the end of the line
    nested: bool = False               # comments hold comments
    code_opens: re.Pattern[str] = compiled(r"(?!)")     # a comment that is code
    skipped: type[Cutter] | None = None        # for what is not taken: scripts with branches
