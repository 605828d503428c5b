"""One session with a SQLite database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import TypeVar

from safesql.backends.chunks import SIZE, kept, nothing
from safesql.backends.contract import Answered, Server, Transaction
from safesql.backends.sqlite.counter import change_counter
from safesql.backends.sqlite.errors import INTERRUPTED, failed, name_of
from safesql.backends.sqlite.opening import login_name
from safesql.backends.sqlite.rows import columns
from safesql.backends.text import encoded
from safesql.backends.worker import Stopped, Worker
from safesql.errors import Cancelled, ConnectionLost, StatementFailed
from safesql.guard.effect import Effect, Reach
from safesql.guard.verdict import Clearance
from safesql.result import Chunk, Notice, Result, Summary
from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect
from safesql.sql.dialects.sqlite import DIALECT
from safesql.target import Target

T = TypeVar("T")

MARK = "safesql guard mark"
STEPS = 5000
"""Instructions of SQLite's machine between two looks at the clock, well below a millisecond."""


class SqliteConnection:
    """A session; every call that may block runs in a thread of its own, so that Ctrl-C can interrupt it."""

    holds_locks = False

    def __init__(self, raw: sqlite3.Connection, target: Target) -> None:
        self._raw = raw
        self._target = target
        self._worker = Worker("sqlite")
        self._cursor: sqlite3.Cursor | None = None        # of the result that is being read
        self._closed = False
        self._server = Server(
            product=f"SQLite {sqlite3.sqlite_version}",
            user=login_name(),
            database=Path(target.path).name if target.path not in ("", ":memory:") else ":memory:",
            identity="",
            replica=False,
            encrypted=False,
        )

    @property
    def dialect(self) -> Dialect:
        """SQLite has no modes."""
        return DIALECT

    @property
    def server(self) -> Server:
        """The library; there is no server."""
        return self._server

    @property
    def mark(self) -> str:
        """The file's change counter."""
        return change_counter(self._target.path)

    @property
    def transaction(self) -> Transaction:
        """As the library says."""
        if self._closed:
            return Transaction.UNKNOWN
        return Transaction.OPEN if self._raw.in_transaction else Transaction.NONE

    def execute(self, clearance: Clearance, data: Iterator[str] | None = None) -> Result:
        """One statement by ``sqlite3_prepare_v2``, which takes no second one."""
        del data                                          # SQLite has no COPY
        statement = clearance.statement
        return self._started(statement.text, clearance.verdict.effect, self._target.statement_timeout)

    def execute_ahead(self, clearances: Sequence[Clearance], *, stops: bool) -> Answered:
        """One after the other: there is no network to wait for."""
        if stops and self.transaction is not Transaction.OPEN:
            raise StatementFailed("no transaction is open, so nothing could be taken back")
        found: list[Result | StatementFailed] = []
        for clearance in clearances:
            try:
                found.append(kept(self.execute(clearance)))
            except StatementFailed as error:
                found.append(error)
                if stops or isinstance(error, Cancelled):
                    break
            except ConnectionLost as error:
                return Answered(tuple(found), error)
        return Answered(tuple(found))

    def query(self, probe: Probe) -> Result:
        """Under ``PRAGMA query_only``; the rows are read at once."""
        before = self._value("PRAGMA query_only")
        self._plain("PRAGMA query_only = ON")
        try:
            return kept(self._started(probe.text, None, probe.seconds or self._target.statement_timeout))
        finally:
            self._finish()
            self._plain(f"PRAGMA query_only = {before}")

    def fetch(self, probe: Probe) -> Result:
        """In the open transaction, where locks and settings last until it ends."""
        self._finish()
        if self.transaction is not Transaction.OPEN:
            raise StatementFailed("no transaction is open, so nothing could be kept in it")
        return self._started(probe.text, None, probe.seconds or self._target.statement_timeout)

    def begin(self, *, steady: bool = False) -> None:
        """Take the lock for writing now rather than in the middle of the work, unless nothing may be written."""
        del steady                                        # nobody else writes while the lock is held
        self._there()
        if self.transaction is Transaction.OPEN:
            raise StatementFailed("a transaction is already open; commit or roll back first")
        self._plain("BEGIN" if self._target.read_only else "BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Commit; a deferred constraint fails here, and the transaction then stays open."""
        if self.transaction is Transaction.NONE:
            raise StatementFailed("no transaction is open, so nothing was committed")
        self._plain("COMMIT")

    def rollback(self) -> None:
        """Roll back what is open."""
        if self.transaction is Transaction.OPEN:
            self._plain("ROLLBACK")

    def savepoint(self) -> None:
        """Outside of a transaction a savepoint would open one, and its release would commit."""
        if self.transaction is Transaction.NONE:
            raise StatementFailed("no transaction is open, so there is no place to mark in it")
        self._plain(f'SAVEPOINT "{MARK}"')

    def release(self) -> None:
        """Keep what was done since the mark."""
        self._plain(f'RELEASE "{MARK}"')

    def rollback_to_savepoint(self) -> None:
        """Undo what was done since the mark and forget it."""
        self._plain(f'ROLLBACK TO "{MARK}"')
        self._plain(f'RELEASE "{MARK}"')

    def notices(self) -> tuple[Notice, ...]:
        """SQLite says nothing beside its results."""
        return ()

    def cancel(self) -> None:
        """https://www.sqlite.org/c3ref/interrupt.html: from any thread; without effect when nothing runs."""
        with suppress(sqlite3.Error):
            self._raw.interrupt()

    def close(self) -> None:
        """Close the file."""
        if not self._closed:
            self._closed = True
            self.cancel()
            with suppress(Stopped, sqlite3.Error):
                self._worker.run(self._raw.close, self.cancel)
            self._worker.stop()

    def _started(self, text: str, effect: Effect | None, seconds: float | None) -> Result:
        """Run a statement as far as its first rows; those of an earlier result that were not read are dropped."""
        encoded(text, "utf-8")
        self._there()
        self._finish()
        changes = self._raw.total_changes
        limit = _Limit(self._raw, seconds)
        cursor, first = self._run(lambda: limit.over(lambda: _first(self._raw, text)), text)
        if cursor.description is None:
            summary = self._summary(effect, text, changes)
            return Result((), nothing(), lambda: summary)
        self._cursor = cursor
        chunks = self._chunks(cursor, first, text, limit)
        result = Result(columns(cursor, first), chunks, lambda: self._summary(effect, text, changes))
        return result.stopped_by(lambda: self._left(cursor))

    def _chunks(self, cursor: sqlite3.Cursor, chunk: Chunk, text: str, limit: _Limit) -> Iterator[Chunk]:
        """The rows, a thousand at a time."""
        while chunk:
            yield chunk
            if self._cursor is not cursor:
                raise StatementFailed("the rest of this result was dropped when the next statement was run")
            chunk = self._run(lambda: limit.over(lambda: cursor.fetchmany(SIZE)), text)
        if self._cursor is cursor:
            self._cursor = None

    def _left(self, cursor: sqlite3.Cursor) -> bool:
        """Nobody wants more rows of it."""
        if self._cursor is not cursor:
            return False
        self._finish()
        return True

    def _finish(self) -> None:
        """Drop what is left of the result that is being read; what it changed was done before its first row.

        https://www.sqlite.org/lang_returning.html#processing_order
        """
        cursor, self._cursor = self._cursor, None
        if cursor is not None:
            self._run(cursor.close, "")

    def _summary(self, effect: Effect | None, text: str, changes: int) -> Summary:
        """The rows that the statement itself touched, without those of triggers and cascades."""
        self._finish()
        affected = None
        reaches = {part.reach for part in effect.walk()} if effect is not None else set()
        if self._raw.total_changes > changes and reaches & {Reach.ROWS, Reach.OPAQUE}:
            affected = int(self._value("SELECT changes()"))
        elif Reach.ROWS in reaches:
            affected = 0
        verb = effect.verb if effect is not None else text.split(None, 1)[0].upper()
        return Summary(verb if affected is None else f"{verb} {affected}", affected)

    def _value(self, text: str) -> str:
        """The one value of a query of our own."""
        return str(self._run(lambda: self._raw.execute(text).fetchone()[0], text))

    def _plain(self, text: str) -> None:
        """A statement of our own that returns nothing; a half-read result would keep it from ending a transaction."""
        self._finish()
        self._run(lambda: self._raw.execute(text).close(), text)

    def _run(self, work: Callable[[], T], text: str) -> T:
        """Make a call of the driver in its thread; errors are translated, an interruption is Cancelled."""
        self._there()
        was_open = self._raw.in_transaction
        try:
            return self._worker.run(work, self.cancel)
        except (sqlite3.Error, sqlite3.Warning) as error:
            raise self._told(failed(error, text), was_open=was_open) from error
        except Stopped as stopped:
            if not isinstance(stopped.interruption, KeyboardInterrupt):
                raise stopped.interruption from stopped
            raise self._told(self._cancelled(stopped), was_open=was_open and stopped.error is not None) from stopped

    def _there(self) -> None:
        """Raise ConnectionLost when the file is closed."""
        if self._closed:
            raise ConnectionLost("the database was closed; connect again")

    def _cancelled(self, stopped: Stopped) -> StatementFailed:
        """What Ctrl-C came to."""
        self._cursor = None
        if stopped.ended and stopped.error is None:
            return Cancelled("interrupted, but the statement had already finished and was not undone")
        if name_of(stopped.error or stopped) == INTERRUPTED or not stopped.ended:
            return Cancelled("cancelled", code=INTERRUPTED)
        return Cancelled(f"interrupted; the statement failed: {stopped.error}", code=name_of(stopped.error or stopped))

    def _told(self, error: StatementFailed, *, was_open: bool) -> StatementFailed:
        """The error, which says so when SQLite rolled back more than the statement.

        https://www.sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction
        """
        if was_open and not self._raw.in_transaction:
            error.args = (f"{error}; SQLite rolled back the whole transaction",)
        return error


class _Limit:
    """The time that one statement may take inside SQLite, whoever waits for its rows in between."""

    def __init__(self, raw: sqlite3.Connection, seconds: float | None) -> None:
        self._raw = raw
        self._left = seconds

    def over(self, work: Callable[[], T]) -> T:
        """Do one step of the statement under what is left of its time."""
        if self._left is None:
            return work()
        started = monotonic()
        end = started + self._left
        self._raw.set_progress_handler(lambda: int(monotonic() > end), STEPS)
        try:
            return work()
        except sqlite3.OperationalError as error:
            if name_of(error) == INTERRUPTED and monotonic() > end:
                raise sqlite3.OperationalError("the statement was stopped at its time limit") from error
            raise
        finally:
            self._raw.set_progress_handler(None, STEPS)
            self._left = max(0.0, self._left - (monotonic() - started))


def _first(raw: sqlite3.Connection, text: str) -> tuple[sqlite3.Cursor, Chunk]:
    """Start a statement and read its first rows."""
    cursor = raw.execute(text)
    return cursor, cursor.fetchmany(SIZE) if cursor.description is not None else []
