"""One libpq connection: statements out, results in, and a wait that Ctrl-C can interrupt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector
from time import monotonic
from typing import Any

import psycopg
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus, version
from psycopg.pq.abc import PGresult

from safesql.backends.chunks import SIZE
from safesql.backends.text import readable

CHUNKED = 170000
"""The first libpq that gives rows in chunks."""

ENDED = frozenset({ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK, ExecStatus.EMPTY_QUERY, ExecStatus.FATAL_ERROR})


class TooLong(Exception):
    """The server did not answer in time."""


class Wire:
    """The bytes of one session; nothing here knows what they mean."""

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        self.raw = raw
        self.pg = raw.pgconn
        self._selector = DefaultSelector()
        self._selector.register(self.pg.socket, EVENT_READ)
        self._deadline: float | None = None

    @property
    def usable(self) -> bool:
        """Whether the connection is still there, as far as libpq knows."""
        return self.pg.status == ConnStatus.OK

    @property
    def busy(self) -> bool:
        """Whether a statement is not at its end."""
        return self.usable and self.pg.transaction_status == TransactionStatus.ACTIVE

    def parameter(self, name: bytes) -> str:
        """A setting that the server reports by itself; empty when it does not, or when the connection is closed."""
        try:
            return readable(self.pg.parameter_status(name))
        except psycopg.Error:
            return ""

    def awake(self) -> bool:
        """Read what came by itself; False when the server has left, so that nothing may be sent any more."""
        try:
            while self.usable and self._selector.select(0):
                self.pg.consume_input()
        except psycopg.OperationalError:
            return False
        return self.usable

    def send(self, text: bytes) -> None:
        """Send one statement as one message of the extended protocol, which takes no second statement."""
        self.pg.send_query_params(text, None)
        if version() >= CHUNKED:
            self.pg.set_chunked_rows_mode(SIZE)
        else:
            self.pg.set_single_row_mode()
        self.flush()

    def queue(self, texts: Sequence[bytes], *, apart: bool) -> None:
        """Hand several statements to libpq, which waits for nothing; a Sync behind each that is to stand alone.

        What follows an error is skipped by the server up to the next Sync:
        https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING
        """
        self.pg.enter_pipeline_mode()
        for text in texts:
            self.pg.send_query_params(text, None)
            if apart:
                self.pg.pipeline_sync()
        if not apart:
            self.pg.pipeline_sync()

    def answers(self, syncs: int, seconds: float | None = None) -> Iterator[PGresult | None]:
        """The results of what was sent ahead, None behind those of each statement. Raises TooLong.

        Each Sync that was answered is a result as well; after so many of them the session is as it was.
        """
        self._deadline = None if seconds is None else monotonic() + seconds
        try:
            while syncs:
                result = self.result()
                if result is None and not self.usable:
                    raise psycopg.OperationalError("the connection is lost")
                syncs -= result is not None and result.status == ExecStatus.PIPELINE_SYNC
                if not syncs:
                    self.pg.exit_pipeline_mode()
                yield result
        finally:
            self._deadline = None

    def result(self) -> PGresult | None:
        """The next result of the statement; None after the last."""
        while self.pg.is_busy():
            self._wait(EVENT_READ)
            self.pg.consume_input()
        return self.pg.get_result()

    def put(self, data: bytes) -> None:
        """Send a part of the data of COPY FROM STDIN."""
        self.pg.put_copy_data(data)
        self.flush()

    def put_end(self, error: bytes | None = None) -> None:
        """End the data, or make the COPY fail."""
        self.pg.put_copy_end(error)
        self.flush()

    def lines(self) -> Iterator[bytes]:
        """The data of COPY TO STDOUT, one message at a time."""
        while True:
            size, data = self.pg.get_copy_data(1)
            if size > 0:
                yield bytes(data)
            elif size < 0:
                return
            else:
                self._wait(EVENT_READ)
                self.pg.consume_input()

    def drain(self, seconds: float | None = None) -> PGresult | None:
        """Read and drop all that is left of a statement; returns its last result. Raises TooLong."""
        self._deadline = None if seconds is None else monotonic() + seconds
        last = None
        try:
            self.flush()
            while (result := self.result()) is not None:
                last = result
                if result.status == ExecStatus.COPY_IN:
                    self.put_end(b"the data were not sent")
                elif result.status == ExecStatus.COPY_OUT:
                    for _ in self.lines():
                        pass
        finally:
            self._deadline = None
        return last

    def close(self) -> None:
        """Leave."""
        self._selector.close()
        self.raw.close()

    def flush(self) -> None:
        """Send all that libpq holds; read meanwhile, lest both sides wait for each other."""
        while self.pg.flush():
            if self._wait(EVENT_READ | EVENT_WRITE) & EVENT_READ:
                self.pg.consume_input()

    def _wait(self, events: int) -> int:
        """Wait until the socket is ready for one of these events."""
        self._selector.modify(self.pg.socket, events)
        try:
            left = None if self._deadline is None else self._deadline - monotonic()
            if left is not None and left <= 0:
                raise TooLong
            ready = 0
            for _, event in self._selector.select(left):
                ready |= event
            return ready
        finally:
            self._selector.modify(self.pg.socket, EVENT_READ)
