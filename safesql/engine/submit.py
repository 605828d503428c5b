"""The one road of a statement: judge, record, count, ask, clear, execute, record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from enum import Enum
from time import monotonic

from safesql.engine.answers import NO_ANSWERS, Answers
from safesql.engine.ask import cleared
from safesql.engine.conceal import conceal
from safesql.engine.keeper import Outcome
from safesql.engine.limits import foreseen, limit_for
from safesql.engine.perform import Hold, Show, perform
from safesql.engine.question import Choice
from safesql.engine.record import Entry
from safesql.engine.session import Session
from safesql.engine.stage import stage, stages
from safesql.engine.stopped import Stopped
from safesql.engine.touched import Touched
from safesql.errors import Cancelled, CannotRecord, Declined, SafesqlError, StatementFailed
from safesql.guard.action import Action
from safesql.guard.verdict import Clearance, Confirmation, Verdict
from safesql.result import Summary
from safesql.slotted import dataclass
from safesql.sql.statement import Statement


class Fate(Enum):
    """What became of a statement that raised nothing."""

    DONE = "done"
    STAGED = "staged"
    EDIT = "edit"            # the person wants the text back


@dataclass(frozen=True, slots=True)
class Done:
    """One statement, after it: ``shown`` rows were rendered, ``seconds`` is the time of the server and the wire."""

    verdict: Verdict
    fate: Fate
    summary: Summary
    shown: int = 0
    seconds: float = 0.0
    touched: tuple[Touched, ...] = ()
    confirmation: Confirmation | None = None


class Unrecorded(CannotRecord):
    """A statement was executed, and how it ended could not be written down; ``done`` is what it did."""

    def __init__(self, done: Done, why: CannotRecord) -> None:
        self.done = done
        super().__init__(f"the statement was executed, but how it ended could not be written down: {why}")


class DoneAndInterrupted(KeyboardInterrupt):
    """Ctrl-C came when a statement was executed, and before that was told; ``done`` is what it did."""

    def __init__(self, done: Done) -> None:
        self.done = done


def submit(
    session: Session,
    statement: Statement,
    show: Show,
    answers: Answers = NO_ANSWERS,
    data: Iterator[str] | None = None,
) -> Done:
    """Take one statement down the road; ``show`` renders what comes back, ``data`` feeds COPY .. FROM STDIN.

    Raises Stopped (policy, or nobody to ask), Declined, Drift (too many rows; rolled back), StatementFailed,
    Cancelled, ConnectionLost, OutcomeUnknown, CannotRecord: Unrecorded when it ran. Nothing is retried.
    """
    no_undo = session.keeper.no_undo(statement)
    session.no_undo = no_undo if session.promises_undo else ""
    seen = foreseen(session, session.looked_up(statement))
    verdict, counted = seen.verdict, seen.counted
    session.note(verdict)
    entry = Entry(session, verdict, counted)
    if session.review is not None and stages(verdict):
        entry.intend()
        done = stage(session, verdict, counted)
        entry.end("staged")
        if done:
            return Done(verdict, Fate.STAGED, Summary("STAGED"), touched=counted)
    try:
        clearance, choice = cleared(session, verdict, counted, answers, seen.found)
    except Stopped:
        entry.intend()
        entry.end("refused")
        raise
    if clearance is None:
        return _turned_away(session, entry, choice)
    return _executed(session, entry, clearance, show, answers, data)


def _turned_away(session: Session, entry: Entry, choice: Choice) -> Done:
    """The person chose something other than to run it."""
    entry.intend()
    match choice:
        case Choice.STAGE if session.review is not None:
            stage(session, entry.verdict, entry.counted)
            entry.end("staged")
            return Done(entry.verdict, Fate.STAGED, Summary("STAGED"), touched=entry.counted)
        case Choice.EDIT:
            entry.end("edited")
            return Done(entry.verdict, Fate.EDIT, Summary("EDIT"), touched=entry.counted)
        case _:
            entry.end("declined")
            raise Declined("not run: the answer was no; nothing was sent")


def _executed(
    session: Session,
    entry: Entry,
    clearance: Clearance,
    show: Show,
    answers: Answers,
    data: Iterator[str] | None,
) -> Done:
    """Intent, execution, outcome; the outcome is recorded whatever happens."""
    entry.answered(clearance.confirmation)
    entry.intend(session.crumbs.take(session.connection, clearance.verdict), owed=session.keeper.pays)
    started = monotonic()
    limit = None if session.agreed else limit_for(session.profile.policy, clearance, answers, entry.counted)
    try:
        with session.doctor.watching(session.connection, clearance.verdict):
            hold = Hold(limit, session.keeper, session.rescue, session.skims)
            summary, shown = perform(session.connection, clearance, hold, show, data)
        session.keeper.settle(Outcome.ROLLED_BACK if summary.tag == "ROLLBACK" else None)     # also to a COMMIT
    except SafesqlError as error:
        if isinstance(error, StatementFailed):
            conceal(error, clearance.verdict.statement.text)
        refused = isinstance(error, StatementFailed) and not isinstance(error, Cancelled)
        session.keeper.settle(Outcome.ROLLED_BACK if refused else Outcome.UNKNOWN)
        session.known.settled(session.memory, clearance.verdict.effect)          # part of it may have been done
        with suppress(CannotRecord):                             # what failed says more; the next intent will not pass
            entry.fail(error, monotonic() - started)
        raise
    except BaseException:
        session.keeper.settle(Outcome.UNKNOWN)
        session.known.forget()
        with suppress(CannotRecord):
            entry.end("unknown", seconds=monotonic() - started)
        raise
    seconds = monotonic() - started
    session.memory = session.known.settled(session.memory.after(clearance.verdict.effect), clearance.verdict.effect)
    done = Done(clearance.verdict, Fate.DONE, summary, shown, seconds, entry.counted, clearance.confirmation)
    try:
        entry.end("done", rows=summary.affected, seconds=seconds)
    except CannotRecord as error:
        raise Unrecorded(done, error) from error
    except KeyboardInterrupt as interrupt:
        raise DoneAndInterrupted(done) from interrupt
    return done


def would_stop(verdict: Verdict, session: Session, answers: Answers, *, somebody: bool) -> bool:
    """Whether a statement cannot pass when its turn comes, ``somebody`` telling whether there is one to ask."""
    if verdict.action is Action.ALLOW:
        return False
    if answers.confirmation(verdict, session.user) is not None:
        return False
    return verdict.action is Action.BLOCK or not somebody
