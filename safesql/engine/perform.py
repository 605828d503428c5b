"""Send what was cleared; where a number of rows was confirmed or allowed, undo what turns out to be more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from safesql.backends.contract import Connection, Transaction
from safesql.engine.keeper import Keeper, NoKeeper, Outcome
from safesql.engine.skim import skimmed
from safesql.engine.tally import Tally, before
from safesql.errors import Drift, Refused, SafesqlError, StatementFailed
from safesql.guard.effect import Effect, Reach
from safesql.guard.verdict import Clearance
from safesql.result import Result, Summary
from safesql.slotted import dataclass
from safesql.sql.dialect import Family

if TYPE_CHECKING:
    from safesql.engine.limit import Limit

Show = Callable[[Result], int]
"""Renders a result and returns how many rows it wrote."""

COUNTED = frozenset({"DELETE", "UPDATE", "INSERT", "REPLACE", "MERGE"})
"""Statements for which all servers report the rows they matched."""


NOTHING = NoKeeper()


@dataclass(frozen=True, slots=True)
class Hold:
    """What a statement is held to, and who keeps something of it.

    With ``rescue`` an open transaction survives it; with ``skims`` only its first rows may be wanted.
    """

    limit: Limit | None = None
    keeper: Keeper = NOTHING
    rescue: bool = False
    skims: bool = False


def perform(
    connection: Connection, clearance: Clearance, hold: Hold, show: Show, data: Iterator[str] | None = None
) -> tuple[Summary, int]:
    """Execute and show; returns the summary and the rows shown. Raises Drift after rolling back over a limit.

    A limit that could not be held to, since there is no way back, is refused before anything is sent.
    """
    from safesql.engine.way_back import no_way_back

    limit = hold.limit if countable(clearance.verdict.effect) else None
    kept = hold.keeper.needed(clearance)
    rescued = hold.rescue and _outlives_failure(connection, clearance)

    def run() -> tuple[Summary, int]:
        return shown(connection.execute(clearance, data), show)

    if limit is None and not kept:
        if rescued:
            return _held(connection, clearance, Hold(), run)
        return skimmed(connection, clearance, run) if hold.skims else run()
    lost = no_way_back(connection, clearance.verdict) if limit is not None else ""
    if lost and limit is not None and not limit.asked:
        raise Refused(f"{lost}, so a limit on rows could not be held to; nothing was sent")
    if lost and not kept and not rescued:
        return run()
    keep = Hold(None if lost else limit, hold.keeper if kept else NOTHING)
    return _held(connection, clearance, keep, run)


def _outlives_failure(connection: Connection, clearance: Clearance) -> bool:
    """Whether the open transaction would fail with the statement, and a savepoint can keep it.

    Only PostgreSQL's fails; what ends a transaction or sets savepoints of the user's must not stand inside of ours.
    """
    if connection.transaction is not Transaction.OPEN or connection.dialect.family is not Family.POSTGRES:
        return False
    from safesql.guard.segments.bond import Bond, bond

    effect = clearance.verdict.effect
    return effect.reach is not Reach.TRANSACTION and bond(effect, clearance.statement) is not Bond.ALONE


def _held(
    connection: Connection, clearance: Clearance, hold: Hold, run: Callable[[], tuple[Summary, int]]
) -> tuple[Summary, int]:
    """Run in a transaction, or a savepoint of the open one: keep, execute, compare, keep, commit."""
    opened = connection.transaction is Transaction.NONE
    outcome = Outcome.ROLLED_BACK
    if opened:
        connection.begin(steady=_steadier(connection, clearance, hold))
    else:
        connection.savepoint()
    try:
        hold.keeper.before(connection, clearance)
        compare = _comparison(connection, clearance, hold.limit)
        summary, shown = run()
        compare(summary)
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


def _steadier(connection: Connection, clearance: Clearance, hold: Hold) -> bool:
    """Whether what was counted or kept must be what is then touched, and this session would not see to that itself."""
    from safesql.rewrite.isolation import unsteady

    if clearance.confirmation is None and not hold.keeper.steady:
        return False
    probe = unsteady(connection.dialect)
    try:
        return probe is not None and any(True for _ in connection.query(probe).rows())
    except SafesqlError:
        return False


def _comparison(connection: Connection, clearance: Clearance, limit: Limit | None) -> Callable[[Summary], None]:
    """What is to be called after the statement; raises Drift when it touched more than the limit allows."""
    if limit is None:
        return lambda _summary: None
    so_far = before(connection, clearance.verdict) if limit.measured else None

    def compare(summary: Summary) -> None:
        rows = _own(summary.affected, clearance)
        tally = so_far.tally(connection, clearance.verdict, rows) if so_far else Tally()
        broken = limit.broken_by(rows, tally)
        if broken:
            raise Drift(f"{broken}; rolled back, nothing changed")

    return compare


def _own(affected: int | None, clearance: Clearance) -> int | None:
    """The statement's own rows; MySQL counts a row twice that another takes the place of, so half of that is sure.

    https://mariadb.com/kb/en/insert-on-duplicate-key-update/
    """
    twice = any(True for _ in clearance.verdict.effect.of("REPLACE", "ON DUPLICATE KEY UPDATE"))
    if affected is None or not twice or clearance.statement.dialect.family is not Family.MYSQL:
        return affected
    return (affected + 1) // 2


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


def shown(result: Result, show: Show) -> tuple[Summary, int]:
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
