"""The statements of a run, each in its turn: what is sent alone, what goes out together, and the account of both."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from safesql.backends.contract import Transaction
from safesql.engine.answers import answers_for
from safesql.engine.lasting import Lasting
from safesql.engine.perform import Show
from safesql.engine.pipelined import Group, Held, Terms
from safesql.engine.preflight import breakers
from safesql.engine.report import Failure, Report
from safesql.engine.sending import Sending
from safesql.engine.session import Session
from safesql.engine.submit import Done, DoneAndInterrupted, Fate, Unrecorded
from safesql.engine.together import Together
from safesql.engine.walk import Walk, read_for_sure
from safesql.errors import Cancelled, Declined, Interrupted, OutcomeUnknown, Refused, SafesqlError, StatementFailed
from safesql.guard.effect import Effect, Reach
from safesql.guard.verdict import Verdict
from safesql.slotted import dataclass, field
from safesql.sql.dialect import Dialect, Mode
from safesql.sql.statement import CopyData, Statement

if TYPE_CHECKING:
    from safesql.engine.batch import Options


@dataclass(slots=True)
class Turns:
    """One for a run; the report is filled as it goes on."""

    session: Session
    walk: Walk
    options: Options
    report: Report
    show: Show
    together: Together = field(init=False)
    sending: Sending = field(init=False)
    group: Group = field(init=False)
    lasting: Lasting = field(init=False)
    _number: int = 0

    def __post_init__(self) -> None:
        self.together, self.lasting = Together(self.session), Lasting(self.session)
        self.sending = Sending(self.session, self.show, self.walk.variables, self._produced, self._allowed)
        terms = Terms(self.options.demands.atomic, self.options.on_error == "stop", self.options.witness, self.show)
        self.group = Group(self.session, terms)
        self.walk.settle = self.walk.variables.looked_at = self._settle

    def take(self) -> None:
        """All of them; raises what ends the run."""
        pieces = iter(self.walk)
        try:
            for piece in pieces:
                if not isinstance(piece, CopyData):        # of a COPY that failed: data is never taken for SQL
                    self._piece(piece, pieces)
            self._settle()
            self.together.end()
        finally:
            for held in chain(self.group.dropped(), self.group.unsent()):
                self.options.witness.not_run(held.statement, held.number)

    def _piece(self, piece: Statement, pieces: Iterator[Statement | CopyData]) -> None:
        """One statement: held back, to go out with others, or sent."""
        self._go_on()
        if self.options.passage.over(piece, self._number + 1):
            self._number += 1
            for _ in _data(pieces)[0] if piece.copies_data else ():
                pass
            return
        _same_reading(self.session.connection.dialect, piece)
        self._number += 1
        self.lasting.ask(piece)
        answers = answers_for(piece, self.session.profile.policy, self.options.answers)
        if self.options.together and self.group.takes(piece, self._number, answers):
            if self.group.full:
                self._settle()
            return
        announced = self.group.announced == self._number
        self._settle()
        data, rest = _data(pieces) if piece.copies_data else (None, iter(()))
        self._alone(piece, self._number, data, announced=announced)
        for _ in chain(data or (), rest):
            pass
        self.group.passed(piece)

    def _go_on(self) -> None:
        """Raise where somebody wants the run to end."""
        if self.options.stop_asked():
            raise Interrupted("stopped on request, after the statement that was running")

    def _alone(
        self, piece: Statement, number: int, data: Iterator[str] | None = None, *, announced: bool = False
    ) -> None:
        """Send one; raises what ends the run."""
        witness = self.options.witness
        if not announced:
            witness.before(piece, number)
        witness.sending()
        ran, idle = self.report.ran, self._idle
        try:
            self.together.before(piece)
            answers = answers_for(piece, self.session.profile.policy, self.options.answers)
            done = self.sending.send(piece, answers, data)
        except StatementFailed as error:
            self.together.failed()
            self._failed(piece, number, error)
        except Unrecorded as error:
            self._done(error.done, number)
            raise
        except DoneAndInterrupted as interrupt:
            self._done(interrupt.done, number)
            raise
        except KeyboardInterrupt:
            self.report.unknown += self.report.ran == ran and self._could_last(piece, idle=idle)
            raise
        except SafesqlError as error:
            self.report.unknown += isinstance(error, OutcomeUnknown)
            witness.failed(piece, number, error)
            raise
        else:
            self._done(done, number)

    def _settle(self) -> None:
        """Send what was held back; raises what ends the run. What was not executed then goes alone."""
        idle = self._idle
        try:
            self._sent_together()
        except KeyboardInterrupt:
            self.report.unknown += sum(self._could_last(held.statement, idle=idle) for held in self.group.dropped())
            raise

    def _sent_together(self) -> None:
        """The same, and an interruption leaves what has no answer with the group."""
        for held, outcome in self.group.sent():
            match outcome:
                case None:
                    self._alone(held.statement, held.number, announced=True)
                case Done():
                    self.sending.went_well(outcome)
                    self._done(outcome, held.number)
                case StatementFailed():
                    self.sending.failed(outcome)
                    self._failed(held.statement, held.number, outcome)
                case _:
                    self._unanswered(held, outcome)
                    raise outcome
            if self.group.in_turn:
                self._go_on()

    @property
    def _idle(self) -> bool:
        return self.session.connection.transaction is Transaction.NONE

    def _could_last(self, piece: Statement, *, idle: bool) -> bool:
        """Whether anything of a statement that was under way may stay."""
        effect = self.session.judge(piece).effect
        return (idle and effect.changes) or any(part.commits for part in effect.walk())

    def _unanswered(self, held: Held, error: SafesqlError) -> None:
        """One that has no answer; where that leaves its outcome open, so are those of all behind it."""
        self.options.witness.failed(held.statement, held.number, error)
        if isinstance(error, OutcomeUnknown):
            behind = list(self.group.dropped())
            self.report.unknown += 1 + len(behind)
            for each in behind:
                self.options.witness.failed(each.statement, each.number, error)

    def _done(self, done: Done, number: int) -> None:
        """One that went well."""
        _count(self.session, done, self.report)
        self._lasts(done.verdict)
        self.options.done(done)
        self.together.after(done.verdict.statement, done.verdict)
        if self.report.pending and self.session.connection.transaction is Transaction.NONE:
            self.report.committed, self.report.pending = True, False
        self.options.witness.after(done, number)
        self.options.progress(self.report.ran, self.walk.done)

    def _lasts(self, verdict: Verdict, *, failed: bool = False) -> None:
        """What no rollback takes back of a statement in a transaction, or of one that may have failed half-way."""
        if self.report.pending or failed:
            self.report.lasting |= dict.fromkeys(self.lasting.of(verdict))

    def _failed(self, piece: Statement, number: int, error: StatementFailed) -> None:
        """One that the server refused; raises it again where that ends the run."""
        self.session.doctor.examine(self.session.connection, self.session.judge(piece), error)
        self.report.failures.append(Failure(piece, error))
        self._lasts(self.session.judge(piece), failed=True)
        self._kept(piece)
        self.options.witness.failed(piece, number, error)
        if self.options.on_error == "stop" or self.options.demands.atomic or isinstance(error, Cancelled):
            raise error
        self.options.progress(self.report.ran, self.walk.done)

    def _kept(self, piece: Statement) -> None:
        """A statement that commits by itself does so before it fails; any other that ends a transaction undoes it."""
        if self.report.pending and self.session.connection.transaction is Transaction.NONE:
            effect = self.session.judge(piece).effect
            self.report.pending = False
            self.report.committed = self.report.committed or any(part.commits for part in effect.walk())

    def _produced(self, done: Done) -> None:
        """A statement that a query wrote is counted and told like all others."""
        self.report.total += 1
        _count(self.session, done, self.report)
        self.options.done(done)

    def _allowed(self, statement: Statement) -> None:
        """Raise what the run as a whole forbids."""
        for sentence in breakers(self.session.judge(statement)) if self.options.demands.atomic else ():
            raise Refused(sentence)


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


