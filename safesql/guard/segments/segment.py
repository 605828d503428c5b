"""A stretch of a script that happens whole or not at all, or statement by statement."""

from __future__ import annotations

from enum import Enum

from safesql.guard.effect import Effect
from safesql.slotted import dataclass
from safesql.sql.statement import Statement

SHOWN = 40            # characters of a verb and its target


@dataclass(frozen=True, slots=True)
class Point:
    """One statement of the script: ``number`` counts from 1, ``what`` is its verb with its target."""

    number: int
    source: str
    line: int
    what: str

    @classmethod
    def of(cls, number: int, statement: Statement, effect: Effect) -> Point:
        """Of a judged statement."""
        target = f" {effect.target}" if effect.target is not None and effect.changes else ""
        return cls(number, statement.place.source, statement.place.line, f"{effect.verb}{target}"[:SHOWN])


class End(Enum):
    """What becomes of a segment at its end, when nothing fails before."""

    ITSELF = "itself"                # no transaction: every statement is committed as soon as it has run
    COMMIT = "commit"                # the script says so, or -1 does
    BROKEN = "broken"                # the server commits it, since the next statement makes it
    ROLLBACK = "rollback"            # the script takes it back
    LEFT = "left"                    # the script ends before: rolled back


@dataclass(frozen=True, slots=True)
class Segment:
    """``by`` is the statement that ends it, where one does; ``changing`` counts what changes more than the session."""

    end: End
    first: Point
    last: Point
    statements: int
    changing: int
    by: Point | None = None

    @property
    def together(self) -> bool:
        """Whether a failure inside takes all of it back."""
        return self.end is not End.ITSELF

    @property
    def stays(self) -> int:
        """How many changes of it stay once it is over."""
        return self.changing if self.lasts else 0

    @property
    def lasts(self) -> bool:
        """Whether it stays once it is over."""
        return self.end in (End.ITSELF, End.COMMIT, End.BROKEN)
