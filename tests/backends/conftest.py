"""Talking to real servers in tests: statements that are cleared, Ctrl-C at a given moment, and a link that breaks."""

from __future__ import annotations

import os
import signal
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field, replace

import pytest

from safesql.backends import connect
from safesql.backends.contract import Connection
from safesql.guard.action import Action
from safesql.guard.analysis import effect_of
from safesql.guard.verdict import Clearance, Verdict
from safesql.result import Cell, Column, Result, Row, Summary
from safesql.rewrite.probe import Probe
from safesql.sql.statement import Statement
from safesql.target import Target

SLOW = {
    "postgres": "SELECT pg_sleep(20)",
    "mariadb": "SELECT sleep(20)",
    "sqlite": "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT sum(n) FROM r",
}
NUMBERS = {
    "postgres": "SELECT generate_series(1, {rows}), repeat('x', {width})",
    "mariadb": "SELECT seq, repeat('x', {width}) FROM seq_1_to_{rows}",
    "sqlite": (
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < {rows}) "
        "SELECT n, printf('%.*c', {width}, 'x') FROM r"
    ),
}


@dataclass(frozen=True, slots=True)
class Said:
    """All that a statement answered; ``more`` are the further results of a CALL."""

    columns: tuple[Column, ...]
    rows: list[Row]
    summary: Summary
    more: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Speaker:
    """One session; its statements are cleared as if every policy allowed them."""

    connection: Connection

    def start(self, text: str, data: Iterator[str] | None = None) -> Result:
        """Send a statement and read nothing yet."""
        statement = Statement(text, self.connection.dialect)
        return self.connection.execute(Clearance(Verdict(statement, effect_of(statement), Action.ALLOW)), data)

    def __call__(self, text: str, data: Iterator[str] | None = None) -> Said:
        """Send a statement and read everything."""
        return _read(self.start(text, data))

    def value(self, text: str) -> Cell:
        """The one value of a query."""
        return self(text).rows[0][0]

    @property
    def slow(self) -> str:
        """A query that takes far longer than a test."""
        return SLOW[self.connection.dialect.name]

    def numbers(self, rows: int, width: int = 1) -> str:
        """A query with so many rows of so many characters."""
        return NUMBERS[self.connection.dialect.name].format(rows=rows, width=width)

    def probe(self, text: str, seconds: float | None = None) -> list[Row]:
        """The rows of a query of our own."""
        return list(self.connection.query(Probe(text, "a test", seconds)).rows())


def _read(result: Result) -> Said:
    """A result and those after it."""
    rows = list(result.rows())
    summary = result.summary()
    following = result.following()
    rest = _read(following) if following is not None else None
    return Said(result.columns, rows, summary, (rest, *rest.more) if rest else ())


@pytest.fixture
def say(connection: Connection) -> Speaker:
    """A session on each of the servers in turn."""
    return Speaker(connection)


@pytest.fixture
def session() -> Iterator[Callable[[Target], Speaker]]:
    """Opens sessions that are closed at the end of the test."""
    opened: list[Speaker] = []

    def open_one(target: Target) -> Speaker:
        opened.append(Speaker(connect(target)))
        return opened[-1]

    yield open_one
    for speaker in opened:
        speaker.connection.close()


@pytest.fixture
def three(say: Speaker) -> Speaker:
    """A session with a table ``t`` of three rows."""
    say("CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(100))")
    say("INSERT INTO t VALUES (1, 'one'), (2, NULL), (3, '')")
    return say


@pytest.fixture
def ctrl_c() -> Callable[[float], AbstractContextManager[None]]:
    """``with ctrl_c(0.2):`` presses Ctrl-C that much later, in the thread that runs the test."""

    @contextmanager
    def pressed(seconds: float) -> Iterator[None]:
        timer = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()

    return pressed


@dataclass(slots=True)
class Proxy:
    """A link to a server that breaks, or speaks for itself, when the client says a certain thing.

    ``answer`` sees what the client sends and may answer in the server's place; ``alter`` changes what comes back.
    """

    server: tuple[str, int]
    pattern: bytes = b"\0never\0"
    drop: str = "reply"                    # or "request": the server never sees it
    answer: Callable[[bytes], bytes | None] = lambda data: None
    alter: Callable[[bytes], bytes] = lambda data: data
    heard: list[bytes] = field(default_factory=list)
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    ends: list[socket.socket] = field(default_factory=list)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.listener.getsockname()[1])

    def serve(self) -> None:
        """Take connections until the listener is closed."""
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(self.server)
                self.ends += [client, server]
                for source, sink, carry in ((client, server, self._up), (server, client, self._down)):
                    threading.Thread(target=self._carry, args=(source, sink, carry), daemon=True).start()

    def close(self) -> None:
        """Break everything."""
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for end in self.ends:
            end.close()

    def _carry(
        self, source: socket.socket, sink: socket.socket, carry: Callable[[bytes, socket.socket, socket.socket], bool]
    ) -> None:
        """One direction of one connection."""
        with suppress(OSError):
            while data := source.recv(65536):
                if not carry(data, source, sink):
                    return
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def _up(self, data: bytes, client: socket.socket, server: socket.socket) -> bool:
        """From the client to the server."""
        self.heard.append(data)
        own = self.answer(data)
        if own is not None:
            client.sendall(own)
        elif self.pattern not in data:
            server.sendall(data)
        else:
            if self.drop == "reply":
                server.sendall(data)
                time.sleep(0.3)            # the server is done, and its answer is not passed on
            _reset(client)
            return False
        return True

    def _down(self, data: bytes, _server: socket.socket, client: socket.socket) -> bool:
        """From the server to the client, unless the client was just told to break."""
        if any(self.pattern in heard for heard in self.heard):
            return True
        client.sendall(self.alter(data))
        return True


def _reset(end: socket.socket) -> None:
    """Close as a broken network does."""
    with suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@pytest.fixture
def through(session: Callable[[Target], Speaker]) -> Iterator[Callable[[Target, Proxy], Target]]:
    """``through(target, proxy)`` starts the proxy and gives the target behind it."""
    proxies: list[Proxy] = []

    def started(target: Target, proxy: Proxy) -> Target:
        proxies.append(proxy)
        threading.Thread(target=proxy.serve, daemon=True).start()
        return replace(target, host="127.0.0.1", port=proxy.port)

    yield started
    for proxy in proxies:
        proxy.close()


@pytest.fixture
def proxy_of() -> Callable[..., Proxy]:
    """A proxy in front of a target's server, not yet started."""

    def made(target: Target, **behaviour: object) -> Proxy:
        return Proxy((target.host, target.port or 0), **behaviour)  # type: ignore[arg-type]

    return made
