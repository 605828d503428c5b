"""One session with PostgreSQL."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

import psycopg
from psycopg.pq import TransactionStatus

from safesql.backends.chunks import kept
from safesql.backends.contract import Answered, Server, Transaction
from safesql.backends.loss import lost, only_reads, settles
from safesql.backends.postgres.ahead import Ahead
from safesql.backends.postgres.describing import described
from safesql.backends.postgres.notices import noticed, notified
from safesql.backends.postgres.rows import encoding_of
from safesql.backends.postgres.stream import Asked, Stream
from safesql.backends.postgres.wire import Wire
from safesql.backends.text import encoded
from safesql.errors import ConnectionLost, StatementFailed
from safesql.guard.verdict import Clearance
from safesql.result import Notice, Result, Row, Summary
from safesql.rewrite.probe import Probe
from safesql.slotted import replace
from safesql.sql.dialect import Dialect, Mode
from safesql.sql.dialects.postgres import DIALECT

MARK = '"safesql guard mark"'
PROBE = '"safesql probe"'

STATES: dict[int, Transaction] = {
    TransactionStatus.IDLE: Transaction.NONE,
    TransactionStatus.INTRANS: Transaction.OPEN,
    TransactionStatus.INERROR: Transaction.FAILED,
}


class PostgresConnection:
    """A session; the calling thread waits in ``select`` and is woken by Ctrl-C."""

    mark, holds_locks = "", False                 # a transaction is asked for its number, and holds all locks

    def __init__(self, wire: Wire, server: Server) -> None:
        self._wire = wire
        self._server = server
        self._asked = Asked()
        self._stream: Stream | None = None
        self._before = Transaction.NONE           # the state when the statement that runs was sent
        self._marked = False                      # whether a savepoint stands directly before the next statement
        self._spared = False                      # whether nothing is lost when the one that runs is stopped
        self._encoding = "utf-8"
        self._dialect = DIALECT
        self.only_reads = False                   # whether the session must stay read-only
        self._notices: deque[Notice] = deque()
        wire.raw.add_notice_handler(self._noticed)

    @property
    def dialect(self) -> Dialect:
        """With standard_conforming_strings as the server last reported it, whoever changed it."""
        reported = self._wire.parameter(b"standard_conforming_strings")
        if reported and (reported == "on") is not (Mode.STANDARD_STRINGS in self._dialect.modes):
            self._dialect = DIALECT.with_modes(*((Mode.STANDARD_STRINGS,) if reported == "on" else ()))
        return self._dialect

    @property
    def server(self) -> Server:
        """Who answered; ``replica`` is live where the server reports it, from version 14 on."""
        standby = self._wire.parameter(b"in_hot_standby")
        if standby and self._server.replica is not (standby == "on"):
            self._server = replace(self._server, replica=standby == "on")
        return self._server

    @property
    def transaction(self) -> Transaction:
        """As of the last answer."""
        status = self._wire.pg.transaction_status
        if status == TransactionStatus.ACTIVE:
            return self._before
        return STATES.get(status, Transaction.UNKNOWN)

    def execute(self, clearance: Clearance, data: Iterator[str] | None = None) -> Result:
        """One statement by the extended protocol."""
        self._finish()
        if self.only_reads:
            self._hold()
        effect = clearance.verdict.effect
        settling = settles(effect, autocommit=self.transaction is Transaction.NONE)
        spared = only_reads(effect) and (self._marked or self.transaction is Transaction.NONE)
        self._marked = False
        return self._started(clearance.statement.text, settling=settling, data=data, spared=spared)

    def execute_ahead(self, clearances: Sequence[Clearance], *, stops: bool) -> Answered:
        """In libpq's pipeline mode; in an open transaction an error makes the server skip all that was sent after it.

        Outside of one a Sync behind each statement makes it stand alone, so that those after an error are executed.
        """
        self._finish()
        self._there()
        if stops and self.transaction is not Transaction.OPEN:
            raise StatementFailed("no transaction is open, so statements behind one that fails would be executed")
        if self.only_reads:
            self._hold()
        self._encoding = encoding_of(self._wire)
        messages = [encoded(clearance.statement.text, self._encoding) for clearance in clearances]
        if not self._wire.awake():
            return Answered((), lost("", settling=False, sent=False))
        self._before = self.transaction
        apart = self.transaction is Transaction.NONE
        return Ahead(self._wire, self._encoding, self._asked, self._noticed_since, apart=apart).answered(messages)

    def query(self, probe: Probe) -> Result:
        """In a read-only transaction, or a read-only savepoint of the open one; the rows are read at once.

        https://www.postgresql.org/docs/current/sql-set-transaction.html: read-only can be set at any time, and the end
        of the savepoint takes it back.
        """
        return self._aside(probe.seconds, lambda: kept(self._started(probe.text, settling=False)))

    def describe(self, clearance: Clearance) -> Result:
        """By Parse and Describe, in the same way as a query of our own."""
        return self._aside(None, lambda: described(self._wire, self._asked, clearance.statement.text, self.ask))

    def hashed(self, user: str, password: str, method: str) -> str:
        """By libpq itself, which asks the server nothing when it is told the method."""
        return self._wire.pg.encrypt_password(password.encode(), user.encode(), method.encode()).decode()

    def fetch(self, probe: Probe) -> Result:
        """In the open transaction, where locks and settings last until it ends."""
        self._finish()
        if self.transaction is not Transaction.OPEN:
            raise StatementFailed("no transaction is open, so nothing could be kept in it")
        return self._started(probe.text, settling=False)

    def begin(self, *, steady: bool = False) -> None:
        """Open a transaction."""
        self._finish()
        self._there()
        if self.transaction is not Transaction.NONE:
            raise StatementFailed("a transaction is already open; commit or roll back first")
        self.run("BEGIN ISOLATION LEVEL REPEATABLE READ" if steady else "BEGIN")

    def commit(self) -> None:
        """Commit; the answer to COMMIT in a failed transaction is ROLLBACK, and no error."""
        self._finish()
        self._there()
        if self.transaction is Transaction.NONE:
            raise StatementFailed("no transaction is open, so nothing was committed")
        if self.run("COMMIT", settling=True) != "COMMIT":
            raise StatementFailed("the transaction had failed before, so the server rolled it back: nothing is saved")

    def rollback(self) -> None:
        """Roll back what is open."""
        self._finish(hurry=True)
        self._there()
        if self.transaction is not Transaction.NONE:
            self.run("ROLLBACK")

    def savepoint(self) -> None:
        """Mark a place in the open transaction."""
        self.run(f"SAVEPOINT {MARK}")
        self._marked = True

    def release(self) -> None:
        """Keep what was done since the mark."""
        self.run(f"RELEASE {MARK}")

    def rollback_to_savepoint(self) -> None:
        """Undo what was done since the mark and forget it."""
        self.run(f"ROLLBACK TO {MARK}")
        self.run(f"RELEASE {MARK}")

    def notices(self) -> tuple[Notice, ...]:
        """Notices and notifications that came since the last call."""
        self._wire.awake()
        self._notices.extend(notified(self._wire, self._encoding))
        return self._noticed_since()

    def cancel(self) -> None:
        """Ask over a second connection, as libpq does it."""
        self._asked.cancel = True
        with suppress(psycopg.Error, OSError):
            self._wire.raw.cancel_safe(timeout=5)

    def close(self) -> None:
        """Leave; what runs is stopped first, for the server would finish it."""
        with suppress(psycopg.Error, OSError):
            if self._wire.busy:
                self.cancel()
        with suppress(psycopg.Error, OSError):
            self._wire.close()

    @property
    def server_encoding(self) -> str:
        """The encoding of the database."""
        return self._wire.parameter(b"server_encoding")

    def introduce(self, *, replica: bool | None, identity: str, pooled: bool) -> None:
        """What was learnt about the server after connecting."""
        self._server = replace(self._server, replica=replica, identity=identity, pooled=pooled)

    def ask(self, text: str) -> Row:
        """The only row of a query of our own."""
        return next(kept(self._started(text, settling=False)).rows())

    def run(self, text: str, *, settling: bool = False) -> str:
        """A statement of our own that returns no rows; returns the server's tag."""
        return self._started(text, settling=settling).summary().tag

    def _hold(self) -> None:
        """Make the session read-only again when something lifted that; reported from version 14 on, else just said."""
        reported = self._wire.parameter(b"default_transaction_read_only")
        if reported == "on" or self.transaction is Transaction.FAILED:
            return
        self.run("SET SESSION default_transaction_read_only = on")
        if reported:
            self._notices.append(Notice("WARNING", "something made this session writable; it only reads again", ""))

    def _started(
        self, text: str, *, settling: bool, data: Iterator[str] | None = None, spared: bool = False
    ) -> Result:
        """Send a statement and read as far as its columns."""
        self._finish()
        self._encoding = encoding_of(self._wire)
        message = encoded(text, self._encoding)
        self._before, self._spared = self.transaction, spared
        stream = Stream(self._wire, self._encoding, self._asked, settling=settling)
        self._stream = stream
        stream.start(message, data)
        return Result(stream.columns, stream.chunks(), self._summary_of(stream)).stopped_by(lambda: self._left(stream))

    def _aside(self, seconds: float | None, ask: Callable[[], Result]) -> Result:
        """Ask in a read-only transaction or savepoint, and end that, whatever happens."""
        self._finish()
        if self.transaction is Transaction.FAILED:
            raise StatementFailed("the open transaction has failed, so nothing can be asked; roll it back first")
        opened = self.transaction is Transaction.OPEN
        self.run(f"SAVEPOINT {PROBE}" if opened else "BEGIN")
        try:
            settings = ["set_config('transaction_read_only', 'on', true)"]
            if seconds is not None:
                settings.append(f"set_config('statement_timeout', '{max(1, round(seconds * 1000))}ms', true)")
            self.ask("SELECT " + ", ".join(settings))
            return ask()
        finally:
            for statement in (f"ROLLBACK TO {PROBE}", f"RELEASE {PROBE}") if opened else ("ROLLBACK",):
                self.run(statement)

    def _summary_of(self, stream: Stream) -> Callable[[], Summary]:
        """The end of one statement, with the notices that came with it; the same whenever it is asked for."""
        known: list[Summary] = []

        def summary() -> Summary:
            if not known:
                known.append(Summary(stream.tag, stream.affected, self.notices()))
            return known[0]

        return summary

    def _finish(self, *, hurry: bool = False) -> None:
        """Come to the end of an unfinished result before anything else is sent.

        A query outside of a transaction is cancelled, and one behind a savepoint, which keeps the transaction; anything
        else is read to its end, since a cancel would undo it.
        """
        stream, self._stream = self._stream, None
        if stream is None or stream.done:
            return
        failure = stream.finish(hurry=hurry or self._spared)
        if failure is not None:
            self._notices.append(Notice("ERROR", f"the statement before failed after all: {failure}", failure.code))
        if self._spared and self.transaction is Transaction.FAILED:
            self.run(f"ROLLBACK TO {MARK}")

    def _left(self, stream: Stream) -> bool:
        """Nobody wants more rows of it."""
        if stream is not self._stream or stream.done or not self._spared:
            return False
        self._finish()
        return True

    def _noticed_since(self) -> tuple[Notice, ...]:
        """What was noted down since somebody looked."""
        found = tuple(self._notices)
        self._notices.clear()
        return found

    def _there(self) -> None:
        """Raise ConnectionLost when the session is gone."""
        if not self._wire.usable:
            raise ConnectionLost("the connection is lost; the server rolled an open transaction back; connect again")

    def _noticed(self, diagnostic: psycopg.errors.Diagnostic) -> None:
        """A NOTICE, WARNING or the like."""
        self._notices.append(noticed(diagnostic))
