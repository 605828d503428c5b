"""Send what was cleared; where a number of rows was confirmed or allowed, undo what turns out to be more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from safesql.backends.contract import Connection, Transaction
from safesql.engine.keeper import Keeper, NoKeeper, Outcome
from safesql.engine.way_back import no_way_back
from safesql.errors import Drift, Refused, SafesqlError, StatementFailed
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


NOTHING = NoKeeper()


@dataclass(frozen=True, slots=True)
class Hold:
    """What a statement is held to, and who keeps something of it."""

    limit: Limit | None = None
    keeper: Keeper = NOTHING


def perform(
    connection: Connection, clearance: Clearance, hold: Hold, show: Show, data: Iterator[str] | None = None
) -> tuple[Summary, int]:
    """Execute and show; returns the summary and the rows shown. Raises Drift after rolling back over a limit.

    A limit that could not be held to, since there is no way back, is refused before anything is sent.
    """
    limit = hold.limit if countable(clearance.verdict.effect) else None
    kept = hold.keeper.needed(clearance)
    if limit is None and not kept:
        return _shown(connection.execute(clearance, data), show)
    lost = no_way_back(connection, clearance.verdict.effect) if limit is not None else ""
    if lost and limit is not None and not limit.asked:
        raise Refused(f"{lost}, so a limit on rows could not be held to; nothing was sent")
    if lost and not kept:
        return _shown(connection.execute(clearance, data), show)
    return _held(connection, clearance, Hold(limit, hold.keeper if kept else NOTHING), lambda: _shown(
        connection.execute(clearance, data), show
    ))  # fmt: skip


def _held(
    connection: Connection, clearance: Clearance, hold: Hold, run: Callable[[], tuple[Summary, int]]
) -> tuple[Summary, int]:
    """Run in a transaction, or a savepoint of the open one: keep, execute, compare, keep, commit."""
    opened = connection.transaction is Transaction.NONE
    outcome = Outcome.ROLLED_BACK
    (connection.begin if opened else connection.savepoint)()
    try:
        hold.keeper.before(connection, clearance)
        summary, shown = run()
        broken = hold.limit.broken_by(summary.affected) if hold.limit and summary.affected is not None else ""
        if broken:
            raise Drift(f"{broken}; rolled back, nothing changed")
        hold.keeper.after(connection, clearance, summary)
        outcome = Outcome.UNKNOWN if opened else Outcome.OPEN
        (connection.commit if opened else connection.release)()
        outcome = Outcome.COMMITTED if opened else Outcome.OPEN
    except (SafesqlError, KeyboardInterrupt) as error:
        outcome = _after_failure(error, outcome)
        _undo(connection, opened=opened)
        raise
    finally:
        hold.keeper.ended(outcome)
    return summary, shown


def _after_failure(error: BaseException, outcome: Outcome) -> Outcome:
    """A COMMIT that the server refuses is a rollback; one whose answer did not come may be either."""
    if outcome is Outcome.UNKNOWN and isinstance(error, StatementFailed):
        return Outcome.ROLLED_BACK
    return outcome if outcome is Outcome.UNKNOWN else Outcome.ROLLED_BACK


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
