"""What an earlier run has done is passed over: the port that a run asks, and the answer of a run from its beginning."""

from __future__ import annotations

from typing import Protocol

from safesql.engine.session import Session
from safesql.engine.walk import Walk
from safesql.sql.statement import Statement


class Passage(Protocol):
    """Told of a run before it begins, and of each of its statements before that is sent.

    ``settled`` of them are over, and ``changed`` says whether those changed anything.
    """

    settled: int
    changed: bool

    def begin(self, session: Session, walk: Walk) -> None:
        """The walk whose statements come next."""
        ...

    def over(self, statement: Statement, number: int) -> bool:
        """Whether it is over, and not to be sent; raises Refused where the session cannot be made what it was."""
        ...


class NoPassage:
    """Every statement is to be sent."""

    settled = 0
    changed = False

    def begin(self, session: Session, walk: Walk) -> None:
        """Nothing to do."""

    def over(self, statement: Statement, number: int) -> bool:
        """None is over."""
        del statement, number
        return False
