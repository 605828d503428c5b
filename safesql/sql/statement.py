"""One statement of a script, as it stands there."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from safesql.slotted import dataclass, field
from safesql.sql.dialect import Dialect
from safesql.sql.lexer import significant
from safesql.sql.token import Token


class Ending(Enum):
    """What ended a piece of a script."""

    TERMINATOR = "terminator"        # ; or the delimiter
    GO = "go"                        # \\g
    VERTICAL = "vertical"            # \\G (MySQL), \\gx (PostgreSQL)
    END_OF_INPUT = "end-of-input"    # the text ended without one
    COMMAND = "command"              # another client command ended it, such as \\gset, \\gexec
    JOINED = "joined"                # \\; of psql: it goes to the server together with the next one


class Place(NamedTuple):
    """Where a piece stands in its source; line and column count from 1, offset from 0, in characters."""

    source: str = ""
    line: int = 1
    column: int = 1
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Statement:
    """What is sent as one message: verbatim text without its terminator, trimmed at both ends.

    ``problem`` is empty, or says what is wrong with it: an unterminated string or comment, a NUL byte,
    unbalanced brackets. Such a statement is never sent. ``comments`` are the comments that stand directly
    before it in the script, newest last, which may carry ``-- safesql:`` directives.
    """

    text: str
    dialect: Dialect
    place: Place = Place()
    ending: Ending = Ending.TERMINATOR
    problem: str = ""
    comments: tuple[str, ...] = ()
    copies_data: bool = False          # COPY .. FROM STDIN: CopyData pieces follow
    literal_rows: int = 0              # INSERT of strings, numbers and NULL only: the characters before the first row
    joined: bool = False               # psql sends it together with the one before, so that both happen or neither
    command: Command | None = None     # what sent it, where that says more than "send": \\gset, \\gexec, \\g FILE
    _tokens: tuple[Token, ...] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def complete(self) -> bool:
        """Whether something ended it."""
        return self.ending is not Ending.END_OF_INPUT

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The significant tokens, lexed when first asked for and kept."""
        if self._tokens is None:
            object.__setattr__(self, "_tokens", tuple(significant(self.text, self.dialect)))
        return self._tokens or ()

    def read_as(self, tokens: Sequence[Token]) -> None:
        """Take the significant tokens of its text from somebody who has them already."""
        object.__setattr__(self, "_tokens", tuple(tokens))


@dataclass(frozen=True, slots=True)
class Command:
    r"""A line for the client, not for the server: ``\i file``, ``delimiter //``, ``source x``, ``.tables``."""

    name: str                          # without backslash or dot, as typed: "i", "delimiter", "source"
    argument: str
    text: str                          # the whole of it, verbatim
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class CopyData:
    r"""Data lines that follow a COPY .. FROM STDIN; ``last`` after the ``\\.`` line, never where that is missing."""

    text: str
    last: bool = False


Piece = Statement | Command | CopyData
