"""One statement's lines in the audit log: the intent before, the outcome after, whatever happens in between."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from safesql.backends.contract import Transaction
from safesql.engine.session import Session
from safesql.engine.touched import Touched, most
from safesql.errors import Cancelled, Declined, Drift, OutcomeUnknown, SafesqlError, StatementFailed
from safesql.guard.effect import Reach
from safesql.guard.verdict import Confirmation, Verdict
from safesql.slotted import dataclass, field
from safesql.store.audit import AnsweredBy, Intent, Outcome

FATES: tuple[tuple[type[SafesqlError], str], ...] = (
    (OutcomeUnknown, "unknown"),
    (Drift, "rolled back"),
    (Cancelled, "cancelled"),
    (Declined, "declined"),
)


@dataclass(slots=True)
class Entry:
    """Filled as the statement walks; ``intend`` raises CannotRecord, and then nothing may be sent."""

    session: Session
    verdict: Verdict
    counted: tuple[Touched, ...] = ()
    answer: AnsweredBy | None = None
    _id: str = field(default="")

    def answered(self, confirmation: Confirmation | None) -> None:
        """Who said yes, how, and why."""
        if confirmation is not None:
            self.answer = AnsweredBy(confirmation.by, confirmation.answer.value, confirmation.reason)

    def intend(self, marks: Mapping[str, str] | None = None, *, owed: bool = False) -> None:
        """Write the intent; on disk before this returns when the statement can change anything for good.

        ``marks`` are where the server's log stood just before. ``owed`` leaves the disk to the session's keeper.
        """
        session, statement = self.session, self.verdict.statement
        server = session.connection.server
        intent = Intent(
            statement=statement.text,
            verdict=self.verdict.action.word,
            rules=self.verdict.rules,
            target=session.profile.target.label,
            identity=server.identity,
            os_user=session.user,
            db_user=server.user,
            profile=session.profile.name,
            environment=session.profile.environment.word,
            file=statement.place.source,
            line=statement.place.line if statement.place.source else None,
            answer=self.answer,
            rows=most(self.counted),
            server_time=self._server_time(),
            marks=marks or {},
        )
        self._id = session.audit.intent(intent, durable=self._lasting(), owed=owed)

    def end(self, outcome: str, *, rows: int | None = None, seconds: float | None = None) -> None:
        """Write the outcome of a statement that raised nothing."""
        told = Outcome(outcome, rows=rows, seconds=seconds, server_time=self._server_time())
        self.session.audit.outcome(self._id, told, durable=False)

    def fail(self, error: SafesqlError, seconds: float) -> None:
        """Write the outcome of one that raised."""
        fate = next((word for kind, word in FATES if isinstance(error, kind)), "failed")
        code = error.code if isinstance(error, StatementFailed) else ""
        told = Outcome(fate, seconds=seconds, code=code, error=str(error), server_time=self._server_time())
        self.session.audit.outcome(self._id, told)

    def _lasting(self) -> bool:
        """Whether what is sent next can last: then the intent is on disk before. A lost outcome reads as unknown."""
        effect = self.verdict.effect
        idle = self.session.connection.transaction is Transaction.NONE
        return (effect.changes and idle) or effect.commits or effect.reach is Reach.TRANSACTION

    def _server_time(self) -> str:
        """The server's clock, from the difference to ours that was measured on connect; empty when unknown."""
        if self.session.clock_ahead is None:
            return ""
        return (datetime.now(UTC) + self.session.clock_ahead).isoformat(timespec="milliseconds")
