"""Statements that go out together: judged one by one, where nothing has to be looked at between them, and where to stop
at the first that fails is as sure as one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from time import monotonic

from safesql.backends.contract import Answered, Transaction
from safesql.engine.answers import Answers
from safesql.engine.ask import cleared
from safesql.engine.conceal import conceal
from safesql.engine.keeper import Outcome
from safesql.engine.perform import Show, shown
from safesql.engine.pipelining import candidate, in_turn, quiet, way
from safesql.engine.record import Entry
from safesql.engine.session import Session
from safesql.engine.submit import Done, Fate
from safesql.engine.way_back import no_way_back
from safesql.engine.witness import Witness
from safesql.errors import Cancelled, CannotRecord, SafesqlError, StatementFailed
from safesql.guard.effect import Name, Reach
from safesql.guard.verdict import Clearance, Verdict
from safesql.slotted import dataclass, field
from safesql.sql.dialect import Family
from safesql.sql.statement import Statement

FIRST, FEWEST = 64, 4
MOST = {Family.POSTGRES: 512, Family.MYSQL: 256, Family.SQLITE: 64}
"""Statements that go out together."""
LONG = {Family.POSTGRES: 131_072, Family.MYSQL: 24_576, Family.SQLITE: 131_072}
"""Characters that go out together. Answers of MySQL are read when all is sent, which must fit into what the system
holds of a connection, since the server stops reading where nobody reads its answers."""
SHORT, SLOW = 0.3, 1.5     # seconds: the next group is larger or smaller, since SIGTERM waits for the end of one


@dataclass(frozen=True, slots=True)
class Terms:
    """What a run demands: ``atomic`` is -1, ``stop`` ends it at the first error."""

    atomic: bool
    stop: bool
    witness: Witness
    show: Show


@dataclass(frozen=True, slots=True)
class Held:
    """A statement that was cleared and not sent yet; ``number`` is its place in the run."""

    statement: Statement
    number: int
    clearance: Clearance
    entry: Entry


@dataclass(slots=True)
class Group:
    """Collects statements and sends them; ``announced`` is the number of the last one that the witness was told of."""

    session: Session
    terms: Terms
    announced: int = 0
    _held: list[Held] = field(default_factory=list)
    _unsent: list[Held] = field(default_factory=list)        # written down, and sent when those before went well
    _most: int = FIRST
    _characters: int = 0
    _kept_apart: Transaction | None = None          # the state in which the keeper wanted to see each by itself
    _lasting: dict[Name | None, bool] = field(default_factory=dict)      # whether a table has no transactions

    @property
    def full(self) -> bool:
        """Whether it is time to send."""
        return len(self._held) >= self._most or self._characters >= LONG[self.session.connection.dialect.family]

    def takes(self, statement: Statement, number: int, answers: Answers) -> bool:
        """Hold a statement back; False when it must go alone, after those that are held."""
        session = self.session
        if not candidate(session, statement, answers) or session.connection.transaction is self._kept_apart:
            return False
        if self._stops is None and not self.in_turn:
            return False
        verdict = self._repeated(statement)
        if verdict is None:
            session.no_undo = session.keeper.no_undo(statement) if session.promises_undo else ""
            verdict = session.looked_up(statement)
            if not quiet(session, verdict) or self._lasts(verdict):
                return False
        clearance, _ = cleared(session, verdict, (), answers)
        if clearance is None:
            return False
        self.terms.witness.before(statement, number)
        self.announced = number
        if not session.keeper.ahead(clearance):
            self._kept_apart = session.connection.transaction
            return False
        self._kept_apart = None
        session.note(verdict)
        self._held.append(Held(statement, number, clearance, Entry(session, verdict)))
        self._characters += len(statement.text)
        return True

    def _repeated(self, statement: Statement) -> Verdict | None:
        """The verdict of rows behind the same words as those held last, since when nothing was sent or learnt."""
        session = self.session
        if not self._held or session.promises_undo:
            return None
        again = session.alike.again(statement, session.policy)
        return again if again is not None and again.effect is self._held[-1].clearance.verdict.effect else None

    def passed(self, statement: Statement) -> None:
        """A statement went alone; what it may have done to tables is not known from before."""
        if not candidate(self.session, statement):
            self._lasting.clear()

    def dropped(self) -> Iterator[Held]:
        """Those that are held and will not be sent, or were sent and did nothing that stays."""
        held, self._held = self._held, []
        yield from held

    def unsent(self) -> Iterator[Held]:
        """Those that were written down, and not sent since one before them did not go well."""
        unsent, self._unsent = self._unsent, []
        for held in unsent:
            with suppress(CannotRecord):               # what ended the run says more
                held.entry.end("not run")
            yield held

    def sent(self) -> Iterator[tuple[Held, Done | SafesqlError | None]]:
        """Send all that is held, and give what became of each in turn; None for one that was not executed.

        Raises what ends the run and belongs to none of them.
        """
        if self.in_turn:
            self._held, self._unsent = self._held[:1], self._held[1:]
        if self._held:
            self.terms.witness.sending()
            self._intended([*self._held, *self._unsent])
        while self._held:
            yield from self._answered()
            self._held, self._unsent = self._unsent[:1], self._unsent[1:]
            if self._held:
                self.terms.witness.sending()
        self._characters = 0

    def _answered(self) -> Iterator[tuple[Held, Done | SafesqlError | None]]:
        """What became of those that are sent now."""
        started = monotonic()
        answered = self._exchanged()
        seconds = monotonic() - started
        outcomes = list(self._outcomes(answered, seconds / len(self._held)))
        self._adapt(seconds)
        unrecorded = self._recorded(outcomes)
        for outcome in outcomes:
            yield self._held.pop(0), outcome
        if unrecorded or answered.end:
            raise unrecorded or answered.end or AssertionError

    @property
    def in_turn(self) -> bool:
        """Whether they are written down together, and sent one by one."""
        return in_turn(self.session.connection, atomic=self.terms.atomic, stop=self.terms.stop)

    @property
    def _stops(self) -> bool | None:
        """How they would be sent now."""
        return way(self.session.connection, atomic=self.terms.atomic, stop=self.terms.stop)

    def _lasts(self, verdict: Verdict) -> bool:
        """Whether what runs behind a failed statement could not be rolled back: MySQL executes it."""
        if self.session.connection.dialect.family is not Family.MYSQL or not self._stops:
            return False
        tables = [part.target for part in verdict.effect.walk() if part.reach is Reach.ROWS]
        if any(table not in self._lasting for table in tables):
            lasting = bool(no_way_back(self.session.connection, verdict))
            self._lasting |= dict.fromkeys(tables, lasting)
        return any(self._lasting[table] for table in tables)

    def _intended(self, all_of_them: Sequence[Held]) -> None:
        """Intents on disk where anything can last."""
        session = self.session
        with session.audit.gathered():
            for held in all_of_them:
                held.entry.intend(session.crumbs.take(session.connection, held.clearance.verdict))

    def _exchanged(self) -> Answered:
        """The statements; nothing is sent when one of them cannot be."""
        session, stops = self.session, bool(self._stops)
        try:
            return session.connection.execute_ahead([held.clearance for held in self._held], stops=stops)
        except StatementFailed:
            return Answered()                       # each goes alone, and the one at fault says why
        except BaseException:
            for held in self._held:
                held.entry.end("unknown")
            raise

    def _outcomes(self, answered: Answered, seconds: float) -> Iterator[Done | SafesqlError | None]:
        """One for each that is held; ``seconds`` is the share of each in the time of all."""
        for held, result in zip(self._held, answered.results, strict=False):
            if isinstance(result, StatementFailed):
                conceal(result, held.clearance.verdict.statement.text)
                yield result
            else:
                summary, rows = shown(result, self.terms.show)
                yield Done(held.clearance.verdict, Fate.DONE, summary, rows, seconds)
        yield from [answered.end] * (len(self._held) - len(answered.results))

    def _recorded(self, outcomes: Sequence[Done | SafesqlError | None]) -> SafesqlError | None:
        """Write down how all ended; what cannot be written ends the run, when all were told of."""
        session, kept = self.session, None
        try:
            with session.audit.gathered():
                for held, outcome in zip(self._held, outcomes, strict=True):
                    match outcome:
                        case Done():
                            rows = outcome.summary.affected
                            held.entry.end("done", rows=rows, seconds=outcome.seconds)
                        case None:
                            held.entry.end("not run")
                        case _:
                            refused = isinstance(outcome, StatementFailed) and not isinstance(outcome, Cancelled)
                            kept = Outcome.ROLLED_BACK if refused else Outcome.UNKNOWN
                            held.entry.fail(outcome, 0.0)
        except SafesqlError as error:
            return CannotRecord(f"statements were executed, but how they ended could not be written down: {error}")
        finally:
            session.keeper.settle(kept)
        return None

    def _adapt(self, seconds: float) -> None:
        """More at once while that is quick; the answers are awaited even where somebody wants to stop."""
        if self.in_turn:
            return
        most = MOST[self.session.connection.dialect.family]
        if seconds < SHORT and len(self._held) >= self._most:
            self._most = min(self._most * 2, most)
        elif seconds > SLOW:
            self._most = max(self._most // 2, FEWEST)
