"""A connection that executes nothing: it keeps what it was given, and answers as it is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from safesql.backends.contract import Answered, Connection, Server, Transaction
from safesql.config.profile import Profile
from safesql.engine.session import Session
from safesql.errors import StatementFailed
from safesql.guard.policy import Policy
from safesql.guard.verdict import Clearance
from safesql.result import Notice, Result, Summary
from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect
from safesql.sql.dialects import DIALECTS
from safesql.store.audit import AuditLog
from safesql.target import Target


@dataclass(slots=True)
class Recorder:
    """``rows`` is what every statement is said to touch; a text in ``failing`` is refused by the server."""

    dialect: Dialect = DIALECTS["postgres"]
    rows: int = 0
    failing: frozenset[str] = frozenset()
    sent: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    mark: str = ""
    holds_locks: bool = False
    transaction: Transaction = Transaction.NONE
    server: Server = field(default_factory=lambda: Server("Recorder 1", "me", "db", "", None, encrypted=False))

    def execute(self, clearance: Clearance, data: Iterator[str] | None = None) -> Result:
        for _ in data or ():
            pass
        text = clearance.statement.text
        self.sent.append(text)
        if text in self.failing:
            raise StatementFailed(f"no to {text}")
        match text.upper().split()[:1]:
            case ["BEGIN"]:
                self.transaction = Transaction.OPEN
            case ["COMMIT"] | ["ROLLBACK"]:
                self.transaction = Transaction.NONE
        return Result((), iter(()), lambda: Summary(text.split()[0].upper(), self.rows))

    def execute_ahead(self, clearances: Sequence[Clearance], *, stops: bool) -> Answered:
        del stops
        return Answered(tuple(self.execute(clearance) for clearance in clearances))

    def query(self, probe: Probe) -> Result:
        raise StatementFailed(f"no probes here: {probe.purpose}")

    def fetch(self, probe: Probe) -> Result:
        raise StatementFailed(f"no probes here: {probe.purpose}")

    def begin(self, *, steady: bool = False) -> None:
        del steady
        self.log.append("begin")
        self.transaction = Transaction.OPEN

    def commit(self) -> None:
        self.log.append("commit")
        self.transaction = Transaction.NONE

    def rollback(self) -> None:
        self.log.append("rollback")
        self.transaction = Transaction.NONE

    def savepoint(self) -> None:
        self.log.append("savepoint")

    def release(self) -> None:
        self.log.append("release")

    def rollback_to_savepoint(self) -> None:
        self.log.append("rollback to savepoint")

    def notices(self) -> tuple[Notice, ...]:
        return ()

    def cancel(self) -> None:
        self.log.append("cancel")

    def close(self) -> None:
        self.log.append("close")


def session_on(connection: Connection, audit: AuditLog, policy: Policy | None = None) -> Session:
    """A session with nobody to ask, under the strictest preset unless a policy says otherwise."""
    target = Target("postgres", host="db.example.com", database="db")
    return Session(connection, Profile("test", target, policy=policy or Policy()), audit, user="me")
