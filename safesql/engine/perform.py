"""Send what was cleared; where a number of rows was confirmed or allowed, undo what turns out to be more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from safesql.backends.contract import Connection, Transaction
from safesql.engine.way_back import no_way_back
from safesql.errors import Drift, Refused, SafesqlError
from safesql.guard.effect import Effect, Reach
from safesql.guard.verdict import Clearance
from safesql.result import Result, Summary

Show = Callable[[Result], int]
"""Renders a result and returns how many rows it wrote."""

COUNTED = frozenset({"DELETE", "UPDATE", "INSERT", "REPLACE", "MERGE"})
"""Statements for which all servers report the rows they matched."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How many rows may be touched, and who said so: ``exactly`` or ``at_most``."""

    at_most: int | None = None
    exactly: int | None = None
    why: str = "confirmed"
    asked: bool = False            # it comes from a yes that may also be to a statement with no way back

    def broken_by(self, rows: int) -> str:
        """A sentence, or nothing."""
        if self.exactly is not None and rows != self.exactly:
            return f"{rows:,} rows were touched where {self.exactly:,} were {self.why}"
        if self.at_most is not None and rows > self.at_most:
            return f"{rows:,} rows were touched where at most {self.at_most:,} were {self.why}"
        return ""


def perform(
    connection: Connection, clearance: Clearance, limit: Limit | None, show: Show, data: Iterator[str] | None = None
) -> tuple[Summary, int]:
    """Execute and show; returns the summary and the rows shown. Raises Drift after rolling back over a limit.

    A limit that could not be held to, since there is no way back, is refused before anything is sent.
    """
    if limit is None or not countable(clearance.verdict.effect):
        return _shown(connection.execute(clearance, data), show)
    lost = no_way_back(connection, clearance.verdict.effect)
    if lost and not limit.asked:
        raise Refused(f"{lost}, so a limit on rows could not be held to; nothing was sent")
    if lost:
        return _shown(connection.execute(clearance, data), show)
    opened = connection.transaction is Transaction.NONE
    (connection.begin if opened else connection.savepoint)()
    try:
        summary, shown = _shown(connection.execute(clearance, data), show)
        broken = limit.broken_by(summary.affected) if summary.affected is not None else ""
        if broken:
            raise Drift(f"{broken}; rolled back, nothing changed")
    except SafesqlError:
        _undo(connection, opened=opened)
        raise
    except KeyboardInterrupt:
        _undo(connection, opened=opened)
        raise
    (connection.commit if opened else connection.release)()
    return summary, shown


def countable(effect: Effect) -> bool:
    """Whether the rows of this statement can be compared and rolled back."""
    return effect.verb in COUNTED and effect.reach is Reach.ROWS and not effect.commits


def _undo(connection: Connection, *, opened: bool) -> None:
    """Back to before the statement; a lost connection was rolled back by the server already."""
    try:
        (connection.rollback if opened else connection.rollback_to_savepoint)()
    except SafesqlError:
        return


def _shown(result: Result, show: Show) -> tuple[Summary, int]:
    """Show all result sets of a statement; the summary is the last one's, notices are all of them."""
    shown = show(result)
    summary = result.summary()
    notices = summary.notices
    following = result.following()
    while following is not None:
        shown += show(following)
        summary = following.summary()
        notices += summary.notices
        following = following.following()
    return Summary(summary.tag, summary.affected, notices), shown
