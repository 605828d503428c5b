"""A proxy before a PostgreSQL server: it writes down what a client sends and what the server answers."""

from __future__ import annotations

import selectors
import socket
import struct
import threading
from contextlib import suppress

from tests.suites.exchange import Exchange

_SSL, _GSS = 80877103, 80877104


class Proxy:
    """Listens on loopback until it is closed; ``exchanges`` grow while clients talk, one connection after the other."""

    def __init__(self, server: tuple[str, int]) -> None:
        self.exchanges: list[Exchange] = []
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """No further client."""
        self._listener.close()

    def _accept(self) -> None:
        """Each client in a thread of its own."""
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        """One client, until either side leaves."""
        with client, socket.create_connection(self._server) as server:
            to_server, to_client = _Heard(self.exchanges, client=True), _Heard(self.exchanges, client=False)
            pairs = {client: (server, to_server), server: (client, to_client)}
            with selectors.DefaultSelector() as ready, suppress(OSError):
                for side in pairs:
                    ready.register(side, selectors.EVENT_READ)
                while True:
                    for key, _ in ready.select():
                        peer = key.fileobj
                        assert isinstance(peer, socket.socket)
                        other, heard = pairs[peer]
                        block = peer.recv(1 << 16)
                        if not block:
                            return
                        heard.take(block)               # before it is passed on: the answer comes after the question
                        other.sendall(block)


class _Heard:
    """Cuts one direction into messages."""

    def __init__(self, exchanges: list[Exchange], *, client: bool) -> None:
        self._exchanges = exchanges
        self._client = client
        self._started = not client
        self._rest = b""
        self._first = True

    def take(self, block: bytes) -> None:
        """Bytes as they come."""
        self._rest += block
        while True:
            head = 5 if self._started else 4
            if len(self._rest) < head:
                return
            size = struct.unpack("!I", self._rest[head - 4 : head])[0] + head - 4
            if len(self._rest) < size:
                return
            message, self._rest = self._rest[:size], self._rest[size:]
            if self._started:
                (self._sent if self._client else self._answered)(message[:1], message[5:])
            elif struct.unpack("!I", message[4:8])[0] not in (_SSL, _GSS):
                self._started = True

    def _sent(self, kind: bytes, body: bytes) -> None:
        """A message of the client."""
        if kind == b"Q":
            self._exchanges.append(Exchange(body.rstrip(b"\0").decode("utf-8", "surrogateescape")))
        elif kind == b"P":
            text = body.split(b"\0", 2)[1]
            self._exchanges.append(Exchange(text.decode("utf-8", "surrogateescape")))
        elif kind == b"d" and self._exchanges:
            self._exchanges[-1].data.append(body)

    def _answered(self, kind: bytes, body: bytes) -> None:
        """A message of the server."""
        if not self._exchanges:
            return
        last = self._exchanges[-1]
        match kind:
            case b"T":
                last.columns, last.rows = _columns(body), []
            case b"D":
                last.rows.append(_row(body))
            case b"C":
                last.tag = body.rstrip(b"\0").decode("ascii", "replace")
            case b"G":
                last.copied = True
            case b"E":
                fields = {part[:1]: part[1:].decode("utf-8", "replace") for part in body.split(b"\0") if part}
                last.code, last.message = fields.get(b"C", "XX000"), fields.get(b"M", "")


def _columns(body: bytes) -> tuple[str, ...]:
    """The names in a description of rows."""
    (count,) = struct.unpack("!H", body[:2])
    names, at = [], 2
    for _ in range(count):
        end = body.index(b"\0", at)
        names.append(body[at:end].decode("utf-8", "replace"))
        at = end + 19
    return tuple(names)


def _row(body: bytes) -> tuple[str | None, ...]:
    """The values of a row as text."""
    (count,) = struct.unpack("!H", body[:2])
    cells: list[str | None] = []
    at = 2
    for _ in range(count):
        (size,) = struct.unpack("!i", body[at : at + 4])
        at += 4
        cells.append(None if size < 0 else body[at : at + size].decode("utf-8", "replace"))
        at += max(size, 0)
    return tuple(cells)
