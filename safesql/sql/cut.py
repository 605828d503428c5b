"""Where a statement ends: one loop for all clients, from one character that matters to the next."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import NamedTuple

from safesql.sql.dialect import Dialect
from safesql.sql.statement import Ending


class View(NamedTuple):
    """A statement's beginning in the buffer: nothing after it is known when the buffer is not ``final``."""

    buffer: str
    start: int
    final: bool
    dialect: Dialect
    delimiter: str = ";"
    fresh: bool = True                 # only blanks stand before it on its line

    def line_end(self, at: int) -> int:
        """Where the line that holds ``at`` ends; -1 when that is not known yet."""
        newline = self.buffer.find("\n", at)
        return len(self.buffer) if newline < 0 and self.final else newline


class Cut(NamedTuple):
    """The statement is ``buffer[start:stop]`` and the script goes on at ``after``; ``dropped`` when it is cleared."""

    stop: int
    after: int
    ending: Ending
    problem: str = ""
    dropped: bool = False


class Found(NamedTuple):
    """A client command and where the script goes on behind it; ``end`` is -1 when its line is not complete yet."""

    name: str
    argument: str
    end: int


class Cutter(ABC):
    """Follows one statement to its end, by the rules of one client."""

    __slots__ = ("buffer", "depth", "problem", "view")

    def __init__(self, view: View) -> None:
        self.view = view
        self.buffer = view.buffer
        self.depth = 0
        self.problem = ""

    def cut(self) -> Cut | None:
        """The end of the statement, or None when more text is needed to tell."""
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
    def meet(self, at: int) -> int | Cut | None:
        """Past the character where the hop stopped; or the end; or None when more text is needed to tell."""

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
