"""The calls of one session, in the worker's thread: errors translated, Ctrl-C turned into KILL QUERY."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Event
from time import monotonic
from typing import TypeVar

import pymysql

from safesql.backends.loss import lost
from safesql.backends.mysql.errors import ENDING, INTERRUPTED, failed
from safesql.backends.mysql.frames import Gone
from safesql.backends.mysql.packets import Refusal, Status
from safesql.backends.mysql.wire import Wire
from safesql.backends.worker import GRACE, Stopped, Worker
from safesql.errors import Cancelled, SafesqlError, StatementFailed
from safesql.result import Chunk

T = TypeVar("T")

AGAIN = 0.2          # seconds between two KILLs, while statements that were sent together follow each other
DEADLOCK = 1213
WHOLE = "the server rolled back the whole transaction"


class Calls:
    """Makes the calls of one session; ``kill`` stops on the server what the session runs."""

    def __init__(self, wire: Wire, kill: Callable[[], None], *, mariadb: bool) -> None:
        self._wire = wire
        self._kill = kill
        self._worker = Worker("mysql")
        # Any answer but an error brings the state of the transaction; MariaDB's variable is what it says by itself.
        self._state = b"SELECT @@in_transaction" if mariadb else b"DO 0"
        self._asked = False
        self._inside = False
        self.doubtful = False                     # an error brings no state, and may have ended the transaction
        self.encoding = "utf-8"                   # of what the server sends

    def expect(self, *, inside: bool) -> None:
        """A new statement begins; ``inside`` says whether a transaction is open."""
        self._asked = False
        self._inside = inside

    def make(self, work: Callable[[], T], text: str = "", settling: bool = False) -> T:
        """Make a call; raises our errors, with the session at rest or gone."""
        try:
            return self._worker.run(work, self.cancel)
        except Refusal as refusal:
            raise self._refused(refusal, text, settling=settling) from refusal
        except Gone as gone:
            raise lost(str(gone), settling=settling) from gone
        except Stopped as stopped:
            error = self._stopped(stopped, text, settling=settling)
            if isinstance(stopped.interruption, KeyboardInterrupt):
                raise error from stopped
            raise stopped.interruption from error

    def make_many(self, work: Callable[[], None], over: Event) -> None:
        """Make a call that reads the answers to several statements, and sets ``over`` behind the last.

        Raises Gone, Stopped. A KILL QUERY stops one statement and not the next, so it is sent again while that goes on.
        """
        self._asked = False

        def cancel() -> None:
            until = monotonic() + GRACE
            while not over.is_set() and monotonic() < until:
                self.cancel()
                over.wait(AGAIN)

        try:
            self._worker.run(work, cancel)
        finally:
            if self._asked and over.is_set():
                with suppress(Refusal, Gone, Stopped):    # a KILL that came too late must not hit the next statement
                    self._worker.run(lambda: self._wire.ask(b"DO 0", self.encoding), self.cancel)

    def drop(self, *, hurry: bool) -> StatementFailed | None:
        """Read what is left of a statement, which in a ``hurry`` is stopped first; how it failed where it was not."""
        if hurry:
            self.cancel()
        try:
            self.make(lambda: self._wire.drain(self.encoding))
        except StatementFailed as failure:
            return None if hurry else failure
        if hurry:
            with suppress(StatementFailed):               # a KILL that came too late must not hit the next statement
                self.make(lambda: self._wire.ask(b"DO 0", self.encoding))
        return None

    def told(self, refusal: Refusal, text: str, beside: Chunk) -> StatementFailed:
        """The error of one of several statements, with the warnings ``beside`` it."""
        cancelled = self._asked and refusal.number == INTERRUPTED
        error = failed(refusal, text, Cancelled if cancelled else StatementFailed)
        error.context = _words_beside(beside, refusal)
        if refusal.number == DEADLOCK:
            error.args = (f"{error}; {WHOLE}",)
        return error

    def cancel(self) -> None:
        """KILL QUERY over a second connection; when that fails there is nobody to tell."""
        self._asked = True
        with suppress(SafesqlError, pymysql.Error, OSError):
            self._kill()

    def stop(self) -> None:
        """No more calls will come."""
        self._worker.stop()

    def _refused(self, refusal: Refusal, text: str, *, settling: bool) -> SafesqlError:
        """The server's error, what it warns of beside it, and what became of the transaction."""
        if refusal.number in ENDING:
            self._wire.cut()
            return lost(refusal.message, settling=settling)
        cancelled = self._asked and refusal.number == INTERRUPTED
        error = failed(refusal, text, Cancelled if cancelled else StatementFailed)
        self.doubtful = True
        with suppress(Refusal, Gone, Stopped):
            error.context = _words_beside(self._worker.run(self._beside, self.cancel), refusal)
            self.doubtful = False
        if self._inside and not self.doubtful and not self._wire.status & Status.IN_TRANSACTION:
            error.args = (f"{error}; {WHOLE}",)
        return error

    def _beside(self) -> Chunk:
        """Warnings beside an error, and the state after it."""
        self._wire.ask(b"SHOW WARNINGS", self.encoding)
        rows, _ = self._wire.rows()
        self._wire.drain(self.encoding)
        self._wire.ask(self._state, self.encoding)
        self._wire.drain(self.encoding)
        return rows

    def _stopped(self, stopped: Stopped, text: str, *, settling: bool) -> SafesqlError:
        """What Ctrl-C came to: the statement was killed, had finished before, or the session had to be given up."""
        if not stopped.ended or isinstance(stopped.error, Gone):
            self._wire.cut()
            return lost("it did not stop when asked to", settling=settling)
        if isinstance(stopped.error, Refusal):
            return self._cancelled(stopped.error, text, settling=settling)
        if self._wire.pending:
            return self._stopped_reading(text, settling=settling)
        with suppress(Refusal, Gone, Stopped):        # a KILL that came too late must not hit the next statement
            self._worker.run(lambda: self._wire.ask(b"DO 0", self.encoding), self.cancel)
        return Cancelled("interrupted, but the statement had already finished on the server and was not undone")

    def _stopped_reading(self, text: str, *, settling: bool) -> SafesqlError:
        """The statement was killed while its rows were read: the rest of them, and then the error."""
        try:
            self._worker.run(lambda: self._wire.drain(self.encoding), self.cancel)
        except Refusal as refusal:
            return self._cancelled(refusal, text, settling=settling)
        except (Gone, Stopped):
            self._wire.cut()
            return lost("it did not stop when asked to", settling=settling)
        return Cancelled("interrupted after the server had sent the last row")

    def _cancelled(self, refusal: Refusal, text: str, *, settling: bool) -> SafesqlError:
        """The error that ended a statement which was to be stopped."""
        error = self._refused(refusal, text, settling=settling)
        return Cancelled(f"interrupted; {error}") if type(error) is StatementFailed else error


def _words_beside(rows: Chunk, refusal: Refusal) -> str:
    """The rows of SHOW WARNINGS but for the error itself, a line each."""
    return "\n".join(f"{row[0]!s} {row[1]!s}: {row[2]!s}" for row in rows if str(row[2]) != refusal.message)
