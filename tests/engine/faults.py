"""Faults in the middle of a change: a process of its own for it, a link that breaks at a message, what is true afterwards."""

from __future__ import annotations

import os
import signal
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic, sleep
from types import FrameType
from typing import Any, Protocol

from safesql.engine.session import Session
from safesql.engine.undoing.attach import settled
from safesql.store.journal.entry import State
from safesql.target import Target
from tests.engine.undo_rig import keeper, rows, run, session_to, set_up, undo

CHANGES = ("DELETE FROM p WHERE id < 3", "UPDATE p SET name = 'after' WHERE id < 3")
SCHEMA = """
CREATE TABLE p (id int PRIMARY KEY, name varchar(30));
CREATE TABLE c (id int PRIMARY KEY, pid int, FOREIGN KEY (pid) REFERENCES p (id) ON DELETE CASCADE);
"""
FILLED = "DELETE FROM c WHERE id > 0; DELETE FROM p WHERE id > 0; INSERT INTO p VALUES (1, 'a'), (2, 'b'), (3, 'c'); INSERT INTO c VALUES (1, 1), (2, 3)"


def in_child(work: Callable[[], int]) -> int:
    """Run in a process of its own; its exit code, or minus the signal that ended it."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = work()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def settled_state(session: Session) -> State | None:
    """The entry's state, if there is one, once the server has let go of the session that was lost."""
    until = monotonic() + 10
    while True:
        settled(session, keeper(session))
        state = next((entry.state for entry in keeper(session).journal.entries().values()), None)
        if state is None or not state.pending or monotonic() > until:
            return state
        sleep(0.02)


class Steps(Protocol):
    """A trace function that counts what it watches, and ends the process at one of them."""

    done: int

    def __call__(self, frame: FrameType, event: str, arg: Any, /) -> Callable[..., Any] | None: ...


def step(steps: Steps, last: int) -> None:
    """One more is done; the process ends when it is the last."""
    steps.done += 1
    if steps.done == last:
        os.kill(os.getpid(), signal.SIGKILL)


def changing(target: Target, folder: Path, change: str, steps: Steps) -> int:
    """The change in this process, killed at a step; the number of steps goes to a file."""
    session = session_to(target, folder)
    sys.settrace(steps)
    run(session, change)
    sys.settrace(None)
    (folder / "steps").write_text(str(steps.done))
    return 0


def made(target: Target, folder: Path) -> None:
    """The tables."""
    session = session_to(target, folder)
    set_up(session, SCHEMA)
    session.connection.close()


def filled(target: Target, folder: Path) -> dict[str, list[str]]:
    """The tables as they were before any change; returns their rows."""
    session = session_to(target, folder)
    set_up(session, FILLED)
    found = rows(session, "p", "c")
    session.connection.close()
    return found


def truth(target: Target, folder: Path, before: dict[str, list[str]], point: object) -> State | None:
    """The state of the entry, which must be what the database says; what is changed can be undone."""
    session = session_to(target, folder)
    said = next((entry.state for entry in keeper(session).journal.entries().values()), None)
    state = settled_state(session)
    now = rows(session, "p", "c")
    assert state in ((None, State.ROLLED_BACK) if now == before else (State.COMMITTED,)), point
    assert said is None or said.pending or said is state, point
    if now != before:
        undo(session)
        assert rows(session, "p", "c") == before, point
    session.connection.close()
    return state


@dataclass(slots=True)
class Link:
    """Passes on what is said, and breaks at the client's message of a number (1 is the first; 0 never)."""

    server: tuple[str, int]
    last: int
    delivered: bool                        # whether that message still reaches the server
    messages: int = 0
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    ends: list[socket.socket] = field(default_factory=list)

    def serve(self) -> None:
        """Take connections until the listener is closed; once broken, none gets through."""
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                if self._broken:
                    client.close()
                    continue
                server = socket.create_connection(self.server)
                self.ends += [client, server]
                threading.Thread(target=self._up, args=(client, server), daemon=True).start()
                threading.Thread(target=self._down, args=(client, server), daemon=True).start()

    @property
    def _broken(self) -> bool:
        return 0 < self.last <= self.messages

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while data := client.recv(65536):
                self.messages += 1
                if not self._broken:
                    server.sendall(data)
                    continue
                if self.delivered:
                    server.sendall(data)
                    sleep(0.1)             # the server is done, and its answer is not passed on
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                client.shutdown(socket.SHUT_RDWR)
                client.close()
                break
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)

    def _down(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(65536):
                if not self._broken:
                    client.sendall(data)


@contextmanager
def linked(target: Target, last: int, *, delivered: bool) -> Iterator[tuple[Link, Target]]:
    """A link to a server and the target behind it."""
    link = Link((target.host, target.port or 0), last, delivered)
    threading.Thread(target=link.serve, daemon=True).start()
    try:
        yield link, replace(target, host="127.0.0.1", port=int(link.listener.getsockname()[1]))
    finally:
        with suppress(OSError):
            link.listener.shutdown(socket.SHUT_RDWR)
        link.listener.close()
        for end in link.ends:
            end.close()
