"""Run scripts: judged whole first, then statement by statement, with a truthful report whatever happens."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from safesql.backends.contract import Transaction
from safesql.engine.answers import NO_ANSWERS, Answers
from safesql.engine.keeper import Outcome
from safesql.engine.passage import NoPassage, Passage
from safesql.engine.perform import Show
from safesql.engine.preflight import Demands, Preflight, preflight
from safesql.engine.psql_variables import known_variables
from safesql.engine.report import Report
from safesql.engine.script import Source
from safesql.engine.session import Session
from safesql.engine.submit import Done
from safesql.engine.turns import Turns
from safesql.engine.walk import Say, Walk
from safesql.engine.witness import NoWitness, Witness
from safesql.errors import Interrupted, OutcomeUnknown, SafesqlError, StatementFailed
from safesql.slotted import dataclass, field
from safesql.sql.statement import Command

Progress = Callable[[int, int], None]
"""Called with statements done and characters read."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to run: ``on_error`` is "stop" or "continue"; ``answers`` are those of the command line."""

    on_error: str = "stop"
    answers: Answers = NO_ANSWERS
    demands: Demands = field(default_factory=Demands)
    progress: Progress = lambda _statements, _characters: None
    stop_asked: Callable[[], bool] = lambda: False       # SIGTERM: stop after the current statement
    done: Callable[[Done], None] = lambda _done: None    # after each statement: tags, notices
    say: Say = lambda _name, _text: None                 # what the script's own \\echo and \\warn print
    described: Callable[[Command], None] = lambda _command: None     # \\d and its like
    witness: Witness = field(default_factory=NoWitness)
    passage: Passage = field(default_factory=NoPassage)              # what an earlier run has done is passed over
    together: bool = True                                # statements may be on their way together, where that is safe


def judge_all(session: Session, sources: tuple[Source, ...], options: Options) -> Preflight:
    """The first pass over a run."""
    walk = walk_of(session, sources)
    return preflight(session, walk, options.answers, options.demands)


def run(session: Session, sources: tuple[Source, ...], options: Options, show: Show, total: int) -> Report:
    """The second pass; never raises for what statements do: the report says it, with its exit code."""
    passage = options.passage
    report = Report(total, monotonic(), options.demands.atomic, passed=passage.settled, committed=passage.changed)
    walk = walk_of(session, sources, running=True)
    walk.say, walk.show = options.say, options.described
    passage.begin(session, walk)
    try:
        if options.demands.atomic:
            session.connection.begin()
        Turns(session, walk, options, report, show).take()
        if options.demands.atomic:
            options.witness.sending()               # whoever cannot follow any more says so before the COMMIT
    except SafesqlError as error:
        report.end = error
    except KeyboardInterrupt:
        report.end = _interrupted(report)
    _finish(session, report)
    try:
        options.witness.ended(report)
    except SafesqlError as error:
        report.end = report.end or error
    except KeyboardInterrupt:
        report.end = report.end or Interrupted("interrupted")
    return report


def walk_of(session: Session, sources: tuple[Source, ...], *, running: bool = False) -> Walk:
    """The pieces of a run on this session's connection."""
    return Walk(sources, session.connection.dialect, known_variables(session, running=running), running=running)


def _finish(session: Session, report: Report) -> None:
    """Commit what -1 opened, or roll back what is open; say which."""
    connection = session.connection
    try:
        if report.atomic and report.end is None and not report.failures:
            session.audit.flush()                   # all intents are on disk before anything of them lasts
            session.keeper.committing()
            connection.commit()
            session.keeper.settle(Outcome.COMMITTED)
            report.committed = report.committed or report.pending
            report.pending = False
        elif connection.transaction is not Transaction.NONE:
            connection.rollback()
            session.keeper.settle(Outcome.ROLLED_BACK)
            report.rolled_back = True
            if report.end is None and not report.atomic and report.pending:
                report.end = StatementFailed("the script left a transaction open; rolled back. End it with COMMIT")
    except SafesqlError as error:
        report.end = report.end or error            # what ended the run says more than that the connection is gone
    except KeyboardInterrupt:
        report.end = report.end or _interrupted_at_the_end(report)
    report.seconds = monotonic() - report.started


def _interrupted(report: Report) -> SafesqlError:
    """Ctrl-C; what was sent and has not answered may or may not be there."""
    if report.unknown:
        return OutcomeUnknown("interrupted with a statement under way: whether it was done is not known")
    return Interrupted("interrupted")


def _interrupted_at_the_end(report: Report) -> SafesqlError:
    """The same where -1 commits."""
    report.unknown += report.atomic and report.pending
    return _interrupted(report)
