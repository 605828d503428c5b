"""A run as events for programs: one JSON object for each thing that happens, in its order, as it happens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from safesql import __version__
from safesql.backends.contract import Transaction
from safesql.engine import event_fields as fields
from safesql.engine.report import Report
from safesql.engine.script import Source
from safesql.engine.session import Session
from safesql.engine.stopped import Stopped
from safesql.engine.submit import Done, Fate
from safesql.errors import CannotRecord, OutcomeUnknown, SafesqlError
from safesql.guard.effect import Reach
from safesql.slotted import dataclass, field
from safesql.sql.redact import redact
from safesql.sql.statement import Statement

EVERY = 1.0                # seconds between two events of progress
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Beginning:
    """What is known of a run before its first statement."""

    sources: Sequence[Source]
    digest: str
    statements: int
    atomic: bool
    on_error: str


@dataclass(slots=True)
class Events:
    """The witness of a run; ``write`` raises CannotRecord.

    A run that cannot be followed any more stops before its next statement: what ran is told of in the report.
    """

    write: Callable[[Mapping[str, Any]], None]
    session: Session | None = None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    broken: CannotRecord | None = None
    _sequence: int = 0
    _pending: bool = False              # changes that are not committed
    _progressed: float = field(default_factory=monotonic)
    _started: float = field(default_factory=monotonic)
    _total: int = 0
    _size: int = 0
    _ended: bool = False
    _ran: int = 0
    _committed: bool = False

    def begins(self, session: Session, run: Beginning) -> None:
        """Connected, and all of the script was judged."""
        self.session, self._total = session, run.statements
        self._size = sum(source.size for source in run.sources)
        server, profile = session.connection.server, session.profile
        self._tell(
            "run_started",
            format=FORMAT,
            version=__version__,
            target=profile.target.label,
            profile=profile.name,
            environment=profile.environment.word,
            server={
                "product": server.product, "identity": server.identity, "database": server.database,
                "user": server.user, "replica": server.replica, "session": server.session,
            },
            files=[{"name": source.name, "bytes": source.size} for source in run.sources],
            sha256=run.digest,
            statements=run.statements,
            single_transaction=run.atomic,
            on_error=run.on_error,
        )  # fmt: skip
        self._demanded()

    def refused(self, stopped: Sequence[Stopped], reasons: Sequence[str]) -> None:
        """The script may not run: the statements that stopped it, and why else not."""
        for each in stopped:
            statement = each.verdict.statement
            told = {**fields.place(statement, 0), **fields.text(statement), **fields.error(each)}
            self._tell("statement_refused", **{**told, "number": None})
        self.finished(3, {"message": "; ".join(reasons) or "refused; nothing was sent"})

    def before(self, statement: Statement, number: int) -> None:
        """Told of before it is sent; raises CannotRecord once the events cannot be written."""
        self._tell("statement_started", **fields.place(statement, number), **fields.text(statement))
        self._demanded()

    def sending(self) -> None:
        """Each line was handed to the system already; raises CannotRecord when one was not."""
        self._demanded()

    def after(self, done: Done, number: int) -> None:
        """It went well: what it did, what the server said beside that, and whether anything lasts from here on."""
        statement = done.verdict.statement
        self._ran += 1
        self._tell("statement_ended", **fields.place(statement, number), **fields.done(done), transaction=self._state())
        for notice in done.summary.notices:
            self._tell("notice", number=number, **fields.notice(notice))
        if done.fate is Fate.DONE:
            self._settled(done, number)

    def failed(self, statement: Statement, number: int, error: SafesqlError) -> None:
        """It was refused or failed."""
        event = "statement_refused" if isinstance(error, Stopped) else "statement_failed"
        told = {**fields.place(statement, number), **fields.text(statement), **fields.error(error, statement)}
        self._tell(event, **told, **({} if isinstance(error, Stopped) else {"transaction": self._state()}))

    def not_run(self, statement: Statement, number: int) -> None:
        """It was announced, and did nothing that stays."""
        self._tell("statement_not_run", **fields.place(statement, number))

    def progress(self, statements: int, characters: int) -> None:
        """At most each second: how far it is, how fast, and how long it may still take."""
        now = monotonic()
        if now - self._progressed < EVERY:
            return
        self._progressed = now
        seconds = now - self._started
        rate = statements / seconds if seconds > 0 else 0.0
        left = (self._total - statements) / rate if rate and self._total >= statements else None
        self._tell(
            "progress", statements=statements, of=self._total, characters=characters, bytes=self._size,
            per_second=round(rate, 1), seconds_left=None if left is None else round(left, 1),
        )  # fmt: skip

    def ended(self, report: Report) -> None:
        """The end; raises CannotRecord when a part of the run could not be told of."""
        if report.atomic and report.committed:
            self._tell("commit", number=None)
        self.finished(
            report.exit_code,
            {
                "ran": report.ran, "of": report.total, "failed": len(report.failures), "not_run": report.not_run,
                "staged": report.staged, "rows": dict(report.touched), "seconds": round(report.seconds, 3),
                "committed": report.stays, "rolled_back": report.rolled_back,
                "unknown": isinstance(report.end, OutcomeUnknown),
                "message": redact(str(report.end)) if report.end is not None else None,
            },
        )  # fmt: skip
        self._demanded()

    def finished(self, exit_code: int, report: Mapping[str, Any]) -> None:
        """The last event, whatever came before; only the first of several is told."""
        if self._ended:
            return
        left = max(0, self._total - self._ran)
        known = {"ran": self._ran, "of": self._total, "failed": 0, "not_run": left, "staged": 0, "rows": {}}
        known |= {"seconds": round(monotonic() - self._started, 3), "committed": self._committed, "rolled_back": False}
        known |= {"unknown": False, "message": None}
        self._tell("run_ended", exit_code=exit_code, **{**known, **report})
        self._ended = True

    def _settled(self, done: Done, number: int) -> None:
        """Whether what ran so far lasts now, or is gone."""
        effect, idle = done.verdict.effect, self._state() == Transaction.NONE.value
        self._pending = self._pending or effect.changes
        rolls_back = effect.reach is Reach.TRANSACTION and effect.verb in ("ROLLBACK", "ABORT")
        if idle and (rolls_back or done.summary.tag == "ROLLBACK"):
            self._pending = False
            self._tell("rollback", number=number)
        elif self._pending and (idle or effect.commits):
            self._pending, self._committed = effect.changes and not idle, True
            self._tell("commit", number=number)

    def _state(self) -> str:
        """The state of the transaction."""
        return self.session.connection.transaction.value if self.session is not None else Transaction.UNKNOWN.value

    def _tell(self, event: str, **told: Any) -> None:
        """One event; what cannot be written is remembered until the run can stop for it."""
        if self.broken is not None:
            return
        self._sequence += 1
        time = self.now().isoformat(timespec="milliseconds")
        try:
            self.write({"event": event, "sequence": self._sequence, "time": time, **told})
        except CannotRecord as error:
            self.broken = error

    def _demanded(self) -> None:
        """Raise what kept an event from being told."""
        if self.broken is not None:
            raise self.broken
