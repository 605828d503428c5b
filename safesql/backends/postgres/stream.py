"""One statement from its message to its last row."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress

import psycopg
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

from safesql.backends.chunks import SIZE
from safesql.backends.loss import lost
from safesql.backends.postgres.errors import CANCELLED, failed
from safesql.backends.postgres.rows import Reader
from safesql.backends.postgres.wire import TooLong, Wire
from safesql.backends.text import decoded, encoded, readable
from safesql.backends.worker import GRACE
from safesql.errors import Cancelled, SafesqlError, StatementFailed
from safesql.result import COPIED, Chunk, Column, Shape
from safesql.slotted import dataclass

ROWS = frozenset({ExecStatus.TUPLES_OK, ExecStatus.SINGLE_TUPLE, ExecStatus.TUPLES_CHUNK})
UNCOUNTED = frozenset({"SELECT", "FETCH", "MOVE", "SHOW", "EXPLAIN"})
"""Tags whose number counts rows that were read."""


@dataclass(slots=True)
class Asked:
    """Whether somebody asked the server to stop the statement that runs."""

    cancel: bool = False


def tagged(result: PGresult, encoding: str, *, rows: bool) -> tuple[str, int | None]:
    """The server's tag, and the rows that were touched; None where its number counts ``rows`` that were read."""
    tag = readable(result.command_status, encoding)
    return tag, None if rows and tag.partition(" ")[0] in UNCOUNTED else result.command_tuples


class Stream:
    """Reads one statement's results; ``settling`` says that losing the answer leaves the outcome open."""

    def __init__(self, wire: Wire, encoding: str, asked: Asked, *, settling: bool) -> None:
        self._wire = wire
        self._encoding = encoding
        self._asked = asked
        self._settling = settling
        self._reader = Reader(wire.raw, encoding)
        self._first: PGresult | None = None
        self._copying = False
        self._dropped = False
        self.done = False
        self.columns: tuple[Column, ...] = ()
        self.tag = ""
        self.affected: int | None = None

    def start(self, text: bytes, data: Iterator[str] | None) -> None:
        """Send and read as far as the columns."""
        self._asked.cancel = False
        with self._in_our_terms():
            if not self._wire.awake():
                raise lost(self._why(), settling=False, sent=False)
            self._wire.send(text)
            self._begin(self._wire.result(), data)

    def chunks(self) -> Iterator[Chunk]:
        """The rows as they arrive."""
        if self.done:
            return
        parts = self._lines() if self._copying else self._rows()
        while True:
            if self._dropped:
                raise StatementFailed("the rest of this result was dropped when the next statement was run")
            chunk = self._next(parts)
            if chunk is None:
                return
            yield chunk

    def finish(self, *, hurry: bool) -> StatementFailed | None:
        """Read and drop the rest; ``hurry`` when nothing is lost by stopping the server. Returns how it failed."""
        if self.done:
            return None
        self._dropped = True
        with self._in_our_terms():
            if hurry and self._wire.busy:
                with suppress(psycopg.Error):
                    self._wire.raw.cancel_safe(timeout=GRACE)
            result = self._wire.drain()
            if hurry and self._wire.usable and (result is None or result.status != ExecStatus.FATAL_ERROR):
                self._barrier()
        self.done = True
        failure = result is not None and result.status == ExecStatus.FATAL_ERROR and not hurry
        return self._failed(result) if result is not None and failure else None

    def _next(self, parts: Iterator[Chunk]) -> Chunk | None:
        """The next chunk; None after the last."""
        with self._in_our_terms():
            return next(parts, None)

    def _begin(self, result: PGresult | None, data: Iterator[str] | None) -> None:
        """Look at the first result."""
        if result is not None and result.status in ROWS:
            self.columns = self._reader.columns(result)
            self._first = result
        elif result is not None and result.status == ExecStatus.COPY_OUT:
            binary = result.binary_tuples == 1
            self.columns = (Column("COPY", COPIED, Shape.BINARY if binary else Shape.TEXT),)
            self._copying = True
        elif result is not None and result.status == ExecStatus.COPY_IN:
            self._feed(data)
        else:
            self._end(result)

    def _rows(self) -> Iterator[Chunk]:
        """Rows by the thousand, whether libpq gives them in chunks or one by one."""
        result, self._first = self._first, None
        chunk: Chunk = []
        while result is not None and result.status in ROWS:
            chunk += self._reader.chunk(result)
            self._note(result)
            if result.status == ExecStatus.TUPLES_OK:
                break
            if len(chunk) >= SIZE:
                yield chunk
                chunk = []
            result = self._wire.result()
        self._end(result)
        if chunk:
            yield chunk

    def _lines(self) -> Iterator[Chunk]:
        """The lines of COPY TO STDOUT, without their ends; parts of it when it is binary."""
        binary = self.columns[0].shape is Shape.BINARY
        chunk: Chunk = []
        for line in self._wire.lines():
            chunk.append((line if binary else decoded(line.removesuffix(b"\n"), self._encoding),))
            if len(chunk) == SIZE:
                yield chunk
                chunk = []
        if chunk:
            yield chunk
        self._end(self._wire.result())

    def _feed(self, data: Iterator[str] | None) -> None:
        """Send the data of COPY FROM STDIN."""
        if data is None:
            self._wire.drain()
            self.done = True
            raise StatementFailed("COPY FROM STDIN takes its data from the lines after it in a script; there are none")
        for part in data:
            self._wire.put(encoded(part, self._encoding))
        self._wire.put_end()
        self._end(self._wire.result())

    def _end(self, result: PGresult | None) -> None:
        """The last result: the tag and the count, or the error."""
        self._wire.drain()
        self.done = True
        if result is None or not self._wire.usable:
            raise lost(self._why(result), settling=self._settling)
        if result.status == ExecStatus.FATAL_ERROR:
            raise self._failed(result)
        self._note(result)

    def _note(self, result: PGresult) -> None:
        """The tag and the count; in chunks of rows, they come with the last rows and not with the end."""
        tag, affected = tagged(result, self._encoding, rows=bool(self.columns))
        if tag:
            self.tag = tag
            self.affected = None if self._copying else affected

    def _failed(self, result: PGresult) -> StatementFailed:
        """The server's error; Cancelled when it is what we asked for."""
        error = failed(result, self._encoding)
        if self._asked.cancel and error.code == CANCELLED:
            return failed(result, self._encoding, Cancelled)
        return error

    @contextmanager
    def _in_our_terms(self) -> Generator[None, None, None]:
        """Whatever is raised inside is raised in our terms, with the session at rest or gone."""
        try:
            yield
        except BaseException as error:
            told = self._told(error)
            if told is error:
                raise
            raise told from error

    def _told(self, error: BaseException) -> BaseException:
        """An error in our terms."""
        if isinstance(error, psycopg.Error):
            self.done = True
            return lost(self._why(), settling=self._settling)
        if not self.done or self._wire.busy:
            stopped = self._stopped()
            return stopped if isinstance(error, KeyboardInterrupt) else error
        if isinstance(error, KeyboardInterrupt):
            return Cancelled("interrupted, but the statement had already finished on the server and was not undone")
        return error

    def _stopped(self) -> SafesqlError:
        """Stop the statement on the server and wait for the end; a second Ctrl-C gives the session up."""
        self.done = self._dropped = True
        try:
            self._asked.cancel = True
            self._wire.raw.cancel_safe(timeout=GRACE)
            result = self._wire.drain(GRACE)
            if result is not None and result.status == ExecStatus.FATAL_ERROR and self._wire.usable:
                return self._failed(result)
            if self._wire.usable:
                self._barrier()
                return Cancelled("interrupted, but the statement had already finished on the server and was not undone")
        except (psycopg.Error, TooLong, KeyboardInterrupt):
            self._wire.close()
        return lost("it did not stop when asked to", settling=self._settling)

    def _barrier(self) -> None:
        """A cancel that came too late must not hit the next statement."""
        self._wire.send(b"SELECT 1")
        self._wire.drain(GRACE)

    def _why(self, result: PGresult | None = None) -> str:
        """What libpq says about the connection, in one line."""
        words = readable(result.error_message if result else self._wire.pg.error_message, self._encoding)
        return " ".join(words.split())
