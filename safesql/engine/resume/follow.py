"""A run followed by its ledger: nothing that may last is sent before that is on disk, and what was done is noted."""

from __future__ import annotations

from collections import deque
from contextlib import suppress

from safesql.backends.contract import Transaction
from safesql.backends.loss import COMMITTING, settles
from safesql.engine.lasting import Lasting
from safesql.engine.report import Report
from safesql.engine.resume.announced import END, Announced
from safesql.engine.session import Session
from safesql.engine.submit import Done
from safesql.errors import Cancelled, CannotRecord, ConnectionLost, OutcomeUnknown, SafesqlError, StatementFailed
from safesql.guard.effect import Effect, Reach
from safesql.guard.segments.bond import Bond, bond, chained
from safesql.guard.verdict import Clearance
from safesql.slotted import dataclass, field
from safesql.sql.dialect import Family
from safesql.sql.statement import Statement
from safesql.sql.variables import Variables
from safesql.store.ledger.entry import After, Entry, Sign, done_line, line, text_digest
from safesql.store.ledger.ledger import Ledger
from safesql.store.ledger.writer import Writer

OWN_COMMITS = COMMITTING - {"COMMIT", "END"}
BODIES = frozenset({"CALL", "BLOCK", "EXECUTE"})
UNLOGGED = "sql_log_bin"


@dataclass(slots=True)
class Following:
    """The witness of one run; ``goes_on`` is --on-error continue. Calls raise CannotRecord when the disk says no."""

    session: Session
    ledger: Ledger
    writer: Writer
    run: Entry
    atomic: bool = False
    goes_on: bool = False
    variables: Variables | None = None          # psql's, where the script has any
    told: bool = False                          # whether anything is in the file, so that there is something to resume
    start_mark: str = ""                        # what the server knew the last commit by when the run began
    lasting: Lasting = field(init=False)
    _announced: deque[Announced] = field(default_factory=deque)
    _must_sync: bool = False
    _mark: str = ""
    _was: Transaction = Transaction.NONE        # the transaction before the statement that was sent last
    _last: int = 0
    _committing: bool = False                   # whether COMMIT of -1 was announced
    _blind: bool = False                        # whether the session's binary log was switched off

    def __post_init__(self) -> None:
        self.lasting = Lasting(self.session)

    @property
    def current(self) -> Announced | None:
        """The statement that is under way."""
        return self._announced[0] if self._announced else None

    def before(self, statement: Statement, number: int) -> None:
        """A statement comes next."""
        one = Announced(statement, number, text_digest(statement.text))
        if statement.command is not None and statement.command.name == "gset":
            one.variables = self._values()
        self._announced.append(one)

    def sending(self) -> None:
        """What may last of the statements that were looked at ahead is on disk."""
        if self._must_sync:
            for one in self._announced:
                if one.together and one.lasts and not one.written:
                    self.start(one)
            self.sync()
        first = self.current
        if first is not None and first.written and self._in_turn(first):
            self.writer.add(line(Entry(Sign.SENT, first.number)))
            self.writer.push()

    def looked_at(self, clearance: Clearance) -> Announced | None:
        r"""The announced statement of this clearance, marked when it may last; None for one that is not the script's.

        The statements that ``\gexec`` sends belong to the query that wrote them.
        """
        self._was = self.session.connection.transaction
        for one in reversed(self._announced):            # the one that was announced last
            if one.statement is clearance.statement or one.statement.command is not None:
                one.lasts = one.lasts or self._may_last(clearance)
                return one
        return None

    def ahead(self, one: Announced) -> None:
        """This one will be sent together with others: ``sending`` sees to its line."""
        one.together = True
        self._must_sync = self._must_sync or one.lasts

    def start(self, one: Announced, witness: dict[str, str] | None = None, effect: Effect | None = None) -> None:
        """The line of a statement that may last, and of what can be asked about it later; not synced yet."""
        one.written = self.told = True
        told = {"blind": True} if self._blind or one.statement.command is not None or _unlogged(effect) else {}
        told |= {"turn": True} if self._in_turn(one) else {}
        after = _opening(effect, one.statement, self._was)
        self.writer.add(line(Entry(Sign.STARTED, one.number, one.digest, after, told=told)))
        if witness:
            self.writer.add(line(Entry(Sign.WITNESS, one.number, told=dict(witness))))

    def sync(self) -> None:
        """Everything so far is on disk."""
        self._must_sync = False
        with self.session.audit.paying():
            self.writer.sync()

    def after(self, done: Done, number: int) -> None:
        """It was executed; with the system at once when it may last, so that only a crash of the machine forgets it."""
        one = self._over(number)
        if one is None:
            return
        effect = done.verdict.effect
        mark = self.session.connection.mark if one.lasts else self._mark or self.start_mark
        after = self._after(effect, one.statement)
        if mark == (self._mark or self.start_mark):
            self.writer.add(done_line(number, one.digest, after.value, done.summary.affected))
        else:
            self._mark = mark
            self.writer.add(line(Entry(Sign.DONE, number, one.digest, after, done.summary.affected, mark=mark)))
        if one.variables is not None:
            changed = {name: value for name, value in self._values().items() if one.variables.get(name) != value}
            self.writer.add(line(Entry(Sign.SET, number, told={"variables": changed})))
        self._blind = self._blind or (effect.reach is not Reach.READ and _sets(effect, UNLOGGED))
        if one.lasts:
            self.told = True
            self.writer.push()

    def failed(self, statement: Statement, number: int, error: SafesqlError) -> None:
        """It failed; what nobody knows the end of is left as it is."""
        one = self._over(number)
        if one is None:
            return
        self._must_sync = False
        if _unknown(error) or (one.written and self._leaves_parts(one)):
            self._pushed()
            return
        again = not (self.goes_on and isinstance(error, StatementFailed) and not self.atomic)
        told = {"message": str(error), "code": getattr(error, "code", "")}
        after = self._after_failure(statement, one)
        self.writer.add(line(Entry(Sign.FAILED, number, one.digest, after, again=again, told=told)))
        if one.lasts or after is After.KEPT:
            self._pushed()

    def not_run(self, statement: Statement, number: int) -> None:
        """It was taken back, or never executed."""
        del statement
        one = self._over(number)
        if one is not None and one.written:
            self.writer.add(line(Entry(Sign.NOT_RUN, number, one.digest)))
            self._pushed()

    def committing(self, witness: dict[str, str]) -> None:
        """COMMIT is about to be sent for a transaction that safesql opened for statements of the script."""
        self._committing = not self._announced
        one = self.current or Announced(END, self._last, "")
        if not one.written:
            one.lasts = True
            self.start(one, witness)
        self.sync()

    def ended(self, report: Report) -> None:
        """The run is over: nothing is left to do, or the ledger says where it stopped."""
        try:
            if report.end is None:
                self._complete()
            else:
                self._stopped(report.end)
        finally:
            self.writer.close()
            self.ledger.close()

    def _complete(self) -> None:
        """Nothing is left but that it was done; of a script that changed nothing, nothing at all."""
        self.writer.close()
        if self.told or self.ledger.path.exists():
            self.ledger.complete(self.run)

    def _stopped(self, end: SafesqlError) -> None:
        """What is not in the file yet is written as far as the disk takes it; a kill would have left less."""
        if not self.told:
            return
        with suppress(CannotRecord):
            if self._committing and isinstance(end, StatementFailed):
                self.writer.add(line(Entry(Sign.NOT_RUN, self._last)))
            self.writer.add(line(Entry(Sign.STOPPED)))
            self.writer.sync()

    def _in_turn(self, one: Announced) -> bool:
        """Whether it is written down with others, and sent when those before it went well."""
        return one.together and not (self.goes_on or self.atomic)

    def _over(self, number: int) -> Announced | None:
        """The statement with this number, which is under way no more."""
        while self._announced and self._announced[0].number <= number:
            one = self._announced.popleft()
            if one.number == number:
                self._last = number
                return one
        return None

    def _pushed(self) -> None:
        """To the system; where that fails there is a worse error already on its way."""
        with suppress(CannotRecord):
            self.writer.push()

    def _may_last(self, clearance: Clearance) -> bool:
        """Whether anything of it may stay even if this process ends now."""
        effect, idle = clearance.verdict.effect, self.session.connection.transaction is Transaction.NONE
        if idle:
            return (effect.changes and not self._temporary(effect)) or effect.verb in OWN_COMMITS
        if settles(effect, autocommit=False) or bond(effect, clearance.statement) is Bond.MAY_COMMIT:
            return True
        return effect.changes and bool(self.lasting.of(clearance.verdict))

    def _temporary(self, effect: Effect) -> bool:
        """Whether it changes nothing but temporary tables of this session, which end with it."""
        known = self.session.memory.temporary
        if not known or effect.behind or effect.reach is not Reach.ROWS:
            return False
        writes = [part.target for part in effect.walk() if part.reach not in (Reach.READ, Reach.SESSION)]
        return self.session.memory.hides and all(target in known for target in writes)

    def _after(self, effect: Effect, statement: Statement) -> After:
        """The transaction after a statement that was executed."""
        if self.session.connection.transaction is Transaction.NONE:
            return After.IDLE
        if effect.reach is not Reach.TRANSACTION:
            return After.OPEN
        return _opening(effect, statement, self._was, done=True)

    def _after_failure(self, statement: Statement, one: Announced) -> After:
        """A statement of MySQL that commits by itself does so before it fails."""
        if self.session.connection.transaction is not Transaction.NONE:
            return After.OPEN
        if not one.written or self._was is Transaction.NONE:
            return After.IDLE
        effect = self.session.judge(statement).effect
        return After.KEPT if any(part.commits for part in effect.walk()) else After.IDLE

    def _leaves_parts(self, one: Announced) -> bool:
        """Whether something of a statement that failed may be committed: it ran others, each for itself."""
        if one.statement.command is not None:
            return True
        effect = self.session.judge(one.statement).effect
        if bond(effect, one.statement) is Bond.MAY_COMMIT:
            return True
        mysql = one.statement.dialect.family is Family.MYSQL
        return mysql and self._was is Transaction.NONE and effect.verb in BODIES

    def _values(self) -> dict[str, str | None]:
        """Psql's variables now."""
        return {name: self.variables.get(name) for name in self.variables.names()} if self.variables else {}


def _unknown(error: SafesqlError) -> bool:
    """Whether a statement may have been done all the same."""
    return isinstance(error, OutcomeUnknown | ConnectionLost) or (isinstance(error, Cancelled) and not error.code)


def _opening(effect: Effect | None, statement: Statement, was: Transaction, *, done: bool = False) -> After:
    """Whether a statement that ends a transaction begins the next: BEGIN on MySQL, AND CHAIN anywhere."""
    if effect is None or effect.reach is not Reach.TRANSACTION:
        return After.IDLE
    kind = bond(effect, statement)
    if kind is Bond.OPENS and was is not Transaction.NONE and effect.commits:
        return After.ANEW
    if kind in (Bond.COMMITS, Bond.UNDOES) and chained(statement):
        return After.CHAINED
    return After.OPEN if done else After.IDLE


def _unlogged(effect: Effect | None) -> bool:
    """Whether MySQL may keep a statement out of its binary log, which then tells nothing of it."""
    if effect is None:
        return False
    return any(part.reach in (Reach.SERVER, Reach.OPAQUE) for part in effect.everything())


def _sets(effect: Effect, setting: str) -> bool:
    """Whether any part of it sets this."""
    return any(part.target is not None and part.target.parts[-1].lower() == setting for part in effect.walk())
