"""What every backend offers; one contract suite in tests/backends holds all of them to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Protocol, runtime_checkable

from safesql.errors import SafesqlError, StatementFailed
from safesql.guard.verdict import Clearance
from safesql.result import Notice, Result
from safesql.rewrite.probe import Probe
from safesql.slotted import dataclass
from safesql.sql.dialect import Dialect


class Transaction(Enum):
    """The state of the session's transaction, known without asking."""

    NONE = "none"
    OPEN = "open"
    FAILED = "failed"          # PostgreSQL: only ROLLBACK is taken
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Server:
    """Who answered: fixed for the life of a connection, but for ``replica`` where the server reports it."""

    product: str               # "PostgreSQL 15.18", "MariaDB 10.11.19", "SQLite 3.40.1"
    user: str
    database: str
    identity: str              # system_identifier, server_uuid, a cluster's state uuid; "" unknown
    replica: bool | None       # None unknown
    encrypted: bool
    session: str = ""          # backend pid or connection id
    pooled: bool = False       # behind a pooler: what is set may stay with the server process, for others
    node: str = ""             # which of the servers of that identity it is; "" where nobody else has it


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of statements that were sent together: ``results`` in their order, each read to its end.

    ``end`` is why there are no more: a lost connection (then what the statements without a result did is as unknown as
    it says), or an interruption.
    """

    results: tuple[Result | StatementFailed, ...] = ()
    end: SafesqlError | None = None


class Connection(Protocol):
    """One session with one server. ``execute`` takes a Clearance, ``query`` a Probe, and nothing takes a ``str``."""

    @property
    def dialect(self) -> Dialect:
        """How this session reads text now, with the modes the server last reported."""
        ...

    @property
    def server(self) -> Server:
        """Who answered."""
        ...

    @property
    def mark(self) -> str:
        """What the last commit is known by, learnt without a round trip; empty where nothing tells.

        MariaDB: the GTID of this session's last commit. SQLite: the file's change counter, whoever changed it.
        """
        ...

    @property
    def transaction(self) -> Transaction:
        """Known from the last answer, without a round trip."""
        ...

    def execute(self, clearance: Clearance, data: Iterator[str] | None = None) -> Result:
        """Send exactly the text that was cleared, as one statement in one message.

        ``data`` are the lines of a COPY .. FROM STDIN. Raises StatementFailed, Cancelled, ConnectionLost,
        OutcomeUnknown (lost while committing). Never retries.
        """
        ...

    @property
    def holds_locks(self) -> bool:
        """Whether tables are locked until further notice (MySQL's LOCK TABLES), which a transaction would release."""
        ...

    def execute_ahead(self, clearances: Sequence[Clearance], *, stops: bool) -> Answered:
        """Send several statements, each in a message of its own, before the first of them is answered.

        With ``stops`` a transaction must be open, and the first that fails is the last that has a result: no other is
        executed behind it, or what was executed can only be rolled back (MySQL). Without, each goes its own way.
        Raises StatementFailed before anything is sent where one of them cannot be. None may return rows or end a
        transaction.
        """
        ...

    def query(self, probe: Probe) -> Result:
        """Run a query of our own, read-only where the server can enforce it, under its time limit."""
        ...

    def fetch(self, probe: Probe) -> Result:
        """Run a query of our own inside the open transaction, as a stream; it may lock rows.

        Raises StatementFailed, also when no transaction is open. What it sets lasts until the transaction ends.
        """
        ...

    def begin(self, *, steady: bool = False) -> None:
        """Open a transaction; raises StatementFailed when one is open.

        A ``steady`` one is REPEATABLE READ, whatever the session's level is, and sees what was there when it began.
        """
        ...

    def commit(self) -> None:
        """Commit; raises StatementFailed when the server rolled back, OutcomeUnknown when the answer was lost."""
        ...

    def rollback(self) -> None:
        """Roll back; quiet when no transaction is open."""
        ...

    def savepoint(self) -> None:
        """Mark a place inside the open transaction; one at a time, safesql's own, whatever names the user takes."""
        ...

    def release(self) -> None:
        """Forget the mark and keep what was done since."""
        ...

    def rollback_to_savepoint(self) -> None:
        """Undo what was done since the mark and forget it."""
        ...

    def notices(self) -> tuple[Notice, ...]:
        """Messages that came outside a result since the last call."""
        ...

    def cancel(self) -> None:
        """Ask the server to stop what runs; callable from a signal handler's thread; never raises."""
        ...

    def close(self) -> None:
        """Leave; an open transaction is rolled back by the server; never raises."""
        ...


@runtime_checkable
class Describes(Protocol):
    """What only some sessions can do: tell of a statement's result without executing it."""

    def describe(self, clearance: Clearance) -> Result:
        """Rows of (column, type), or a result without columns where the statement returns no rows.

        Raises StatementFailed for what the server cannot read, Cancelled, ConnectionLost.
        """
        ...


@runtime_checkable
class Hashes(Protocol):
    """What only some sessions can do: make of a password what their server keeps of it."""

    def hashed(self, user: str, password: str, method: str) -> str:
        """The verifier that goes into a statement in the password's place; nothing is sent."""
        ...
