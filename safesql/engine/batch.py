"""Run scripts: judged whole first, then statement by statement, with a truthful report whatever happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from time import monotonic

from safesql.backends.contract import Transaction
from safesql.engine.answers import NO_ANSWERS, Answers, answers_for
from safesql.engine.keeper import Outcome
from safesql.engine.perform import Show
from safesql.engine.preflight import Demands, Preflight, breakers, preflight
from safesql.engine.psql_variables import known_variables
from safesql.engine.report import Failure, Report
from safesql.engine.script import Source
from safesql.engine.sending import Sending
from safesql.engine.session import Session
from safesql.engine.submit import Done, Fate
from safesql.engine.together import Together
from safesql.engine.walk import Say, Walk, read_for_sure
from safesql.engine.witness import NoWitness, Witness
from safesql.errors import Declined, Interrupted, Refused, SafesqlError, StatementFailed
from safesql.guard.effect import Effect, Reach
from safesql.sql.dialect import Dialect, Mode
from safesql.sql.statement import Command, CopyData, Statement

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


def judge_all(session: Session, sources: tuple[Source, ...], options: Options) -> Preflight:
    """The first pass over a run."""
    walk = walk_of(session, sources)
    return preflight(session, walk, options.answers, options.demands)


def run(session: Session, sources: tuple[Source, ...], options: Options, show: Show, total: int) -> Report:
    """The second pass; never raises for what statements do: the report says it, with its exit code."""
    report = Report(total=total, started=monotonic(), atomic=options.demands.atomic)
    walk = walk_of(session, sources, running=True)
    walk.say, walk.show = options.say, options.described
    try:
        if options.demands.atomic:
            session.connection.begin()
        _statements(session, walk, options, show, report)
    except SafesqlError as error:
        report.end = error
    except KeyboardInterrupt:
        report.end = Interrupted("interrupted")
    _finish(session, report)
    try:
        options.witness.ended(report)
    except SafesqlError as error:
        report.end = report.end or error
    return report


def _statements(session: Session, walk: Walk, options: Options, show: Show, report: Report) -> None:
    """Each statement in turn; raises what ends the run."""
    together, sending = Together(session), _sending(session, walk, options, show, report)
    pieces, number, witness = iter(walk), 0, options.witness
    for piece in pieces:
        if isinstance(piece, CopyData):
            continue                    # of a COPY that failed: data is never taken for SQL
        if options.stop_asked():
            raise Interrupted("stopped on request, after the statement that was running")
        _same_reading(session.connection.dialect, piece)
        data, rest = _data(pieces) if piece.copies_data else (None, iter(()))
        number += 1
        witness.before(piece, number)
        witness.sending()
        try:
            together.before(piece)
            done = sending.send(piece, answers_for(piece, session.profile.policy, options.answers), data)
        except StatementFailed as error:
            together.failed()
            report.failures.append(Failure(piece, error))
            witness.failed(piece, number, error)
            if options.on_error == "stop" or options.demands.atomic:
                raise
        except SafesqlError as error:
            witness.failed(piece, number, error)
            raise
        else:
            _count(session, done, report)
            options.done(done)
            together.after(piece, done.verdict)
            witness.after(done, number)
        for _ in chain(data or (), rest):
            pass
        options.progress(report.ran, walk.done)
    together.end()


def walk_of(session: Session, sources: tuple[Source, ...], *, running: bool = False) -> Walk:
    """The pieces of a run on this session's connection."""
    return Walk(sources, session.connection.dialect, known_variables(session, running=running), running=running)


def _sending(session: Session, walk: Walk, options: Options, show: Show, report: Report) -> Sending:
    """How statements are sent; those that a query wrote are counted and told like all others."""

    def told(done: Done) -> None:
        report.total += 1
        _count(session, done, report)
        options.done(done)

    def allowed(statement: Statement) -> None:
        for sentence in breakers(session.judge(statement)) if options.demands.atomic else ():
            raise Refused(sentence)

    return Sending(session, show, walk.variables, told, allowed)


def _data(pieces: Iterator[Statement | CopyData]) -> tuple[Iterator[str], Iterator[str]]:
    """The data lines after a COPY, as the connection reads them."""

    def lines() -> Iterator[str]:
        for piece in pieces:
            if isinstance(piece, Statement):
                raise AssertionError("a statement where data lines were announced")
            yield piece.text
            if piece.last:
                return

    stream = lines()
    return stream, stream


def _same_reading(now: Dialect, statement: Statement) -> None:
    """Refuse to go on when the session reads text otherwise than the script was cut and judged."""
    if Mode.UNKNOWN in statement.dialect.modes and read_for_sure(statement):
        return
    lexical = frozenset(Mode) - {Mode.STRICT}
    if now.modes & lexical != statement.dialect.modes & lexical:
        changed = ", ".join(sorted(mode.value for mode in (now.modes ^ statement.dialect.modes) & lexical))
        raise Refused(
            f"{statement.place.source}:{statement.place.line}: the session's {changed} is not what the script was read "
            "with; nothing further was sent. Set it in the script by a plain SET with a literal value"
        )


def _count(session: Session, done: Done, report: Report) -> None:
    """Keep account of what ran and whether it stays."""
    if done.fate is Fate.EDIT:
        raise Declined("not run: a script is edited in its file; nothing further was sent")
    report.ran += 1
    if done.fate is Fate.STAGED:
        report.staged += 1
        return
    effect = done.verdict.effect
    if done.summary.affected is not None and effect.reach is Reach.ROWS:
        report.touched[f"{effect.verb} {effect.target or ''}".strip()] += done.summary.affected
    idle = session.connection.transaction is Transaction.NONE
    if effect.changes:
        report.pending = True
    if idle and _rolled_back(effect):
        report.pending = False
    if report.pending and (idle or effect.commits):
        report.committed, report.pending = True, effect.changes and not idle


def _rolled_back(effect: Effect) -> bool:
    """ROLLBACK as a whole, not to a savepoint."""
    return effect.reach is Reach.TRANSACTION and effect.verb in ("ROLLBACK", "ABORT")


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
        report.end = error
    report.seconds = monotonic() - report.started
