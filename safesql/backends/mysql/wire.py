"""One connection to MySQL or MariaDB: a statement out, its results in; calls may block and must not be interrupted."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from select import select
from typing import Any

import pymysql
from pymysql.constants import CLIENT, COMMAND

from safesql.backends.chunks import SIZE
from safesql.backends.mysql.frames import Cut, Frames, Gone
from safesql.backends.mysql.packets import Done, Field, Refusal, Status, column, done, end, number, refusal
from safesql.backends.mysql.rows import cutter
from safesql.result import Chunk
from safesql.slotted import dataclass


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a result: columns, or the end of a statement that returns none."""

    fields: tuple[Field, ...] = ()
    done: Done | None = None


class Wire:
    """Reads and writes packets; PyMySQL made the connection and logged in.

    Results are not read by PyMySQL: it would turn values into Python objects that cannot hold all of them.
    """

    def __init__(self, driver: Any) -> None:
        self._driver = driver
        self._tracking = bool(driver.server_capabilities & CLIENT.SESSION_TRACK)
        self._frames = Frames(driver._sock)
        self._row: Cut | None = None
        self.status = int(driver.server_status)
        self.changed: dict[str, str] = {}            # settings that were reported since somebody looked
        self.unreported = False                      # a result with rows ended, whose end has no room for a report
        self.schema: str | None = None
        self.pending = False                         # whether the server has more to say about the last statement
        self.usable = True

    @property
    def encrypted(self) -> bool:
        """Whether the link is TLS."""
        return isinstance(self._driver._sock, ssl.SSLSocket)

    def awake(self) -> bool:
        """False when the server has left, or says something unasked, which it does only to say so."""
        with suppress(OSError, ValueError):
            return self.usable and self._frames.idle and not select([self._driver._sock], [], [], 0)[0]
        return False

    def ask(self, text: bytes, encoding: str) -> Head:
        """Send one statement and read the beginning of its first result. Raises Refusal, Gone."""
        try:
            self._driver._execute_command(COMMAND.COM_QUERY, text)
        except (pymysql.Error, OSError) as error:
            raise self._gone(error) from error
        self._frames.expect(1)
        return self.head(encoding)

    def send_ahead(self, texts: Sequence[bytes]) -> None:
        """Send several statements, each in a COM_QUERY of its own; ``next_one`` reads the answers in turn. Raises Gone.

        The server executes every one of them, whatever became of the one before.
        """
        try:
            self._driver._sock.sendall(b"".join(_framed(text) for text in texts))
        except OSError as error:
            raise self._gone(error) from error

    def next_one(self, encoding: str) -> Head:
        """The beginning of the answer to the next statement that was sent ahead. Raises Refusal, Gone."""
        self._frames.expect(1)
        return self.head(encoding)

    def head(self, encoding: str) -> Head:
        """The beginning of the next result."""
        self.pending = True
        data = self._packet()
        if data[:1] == b"\x00":
            return Head(done=self._over(done(data, tracking=self._tracking)))
        if data[:1] == b"\xfb":
            self._refuse_file()
        count, _ = number(data, 0)
        fields = tuple(column(self._packet(), encoding) for _ in range(count))
        self._packet()                               # the end of the columns
        self._row = cutter(fields, encoding)
        return Head(fields)

    def rows(self) -> tuple[Chunk, Done | None]:
        """Up to a thousand rows, and the end when it was reached."""
        if self._row is None:
            raise Gone("no result is open")
        try:
            chunk, packet = self._frames.rows(self._row, SIZE)
        except Gone:
            self.usable = self.pending = False
            raise
        if packet is None:
            return chunk, None
        if packet[:1] == b"\xff":
            raise self._failed(packet)
        return chunk, self._over(end(packet))

    def drain(self, encoding: str) -> None:
        """Read and drop all that is left of a statement. Raises Refusal when it failed, Gone."""
        while self.pending:
            if self._row is None:
                self.head(encoding)
                continue
            while self.rows()[1] is None:
                pass

    def close(self) -> None:
        """Leave politely."""
        self.usable = self.pending = False
        with suppress(pymysql.Error, OSError):
            self._driver.close()

    def cut(self) -> None:
        """Leave at once, while another thread may be waiting for an answer."""
        self.usable = self.pending = False
        with suppress(OSError, AttributeError):
            self._driver._sock.shutdown(socket.SHUT_RDWR)

    def _over(self, done: Done) -> Done:
        """The end of one result."""
        self._row = None
        self.status = done.status
        self.pending = bool(done.status & Status.MORE_RESULTS)
        self.changed.update(done.changed)
        self.unreported = self.unreported or bool(done.status & Status.STATE_CHANGED and not done.reports)
        self.schema = self.schema if done.schema is None else done.schema
        return done

    def _packet(self) -> bytes:
        """One packet. Raises Refusal for an error of the server, Gone."""
        try:
            data = self._frames.packet()
        except Gone:
            self.usable = self.pending = False
            raise
        if data[:1] == b"\xff":
            raise self._failed(data)
        return data

    def _failed(self, data: bytes) -> Refusal:
        """An error, which ends the statement."""
        self._row = None
        self.pending = False
        return refusal(data)

    def _refuse_file(self) -> None:
        """The server asks for a file of ours, whichever it likes; it gets an empty one and no more.

        https://dev.mysql.com/doc/refman/8.4/en/load-data-local-security.html
        """
        sequence = self._frames.sequence
        self._driver._write_bytes(b"\x00\x00\x00" + bytes([sequence]))
        self._frames.expect(sequence + 1)
        self._over(done(self._packet(), tracking=self._tracking))
        raise Refusal(0, "", "the server asked for a file of this machine, which is never sent")

    def _gone(self, why: object) -> Gone:
        """The connection is lost."""
        self.usable = self.pending = False
        return Gone(str(why))


def _framed(text: bytes) -> bytes:
    """A statement as a message, which is shorter than the largest packet."""
    return (len(text) + 1).to_bytes(3, "little") + b"\x00" + bytes([COMMAND.COM_QUERY]) + text
