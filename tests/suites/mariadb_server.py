"""A server that runs nothing but what sets sql_mode, on a real one: it writes down what the mariadb client sends."""

from __future__ import annotations

import re
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress

_MODE = re.compile(rb"sql_mode", re.IGNORECASE)
_AUTOCOMMIT = 0x0002
_HELLO = 0x0001_0200 | 0x8000 | 0x0008_0000 | 0x0008        # protocol 41, secure connection, plugin auth, db

Run = Callable[[bytes], int]
"""Runs a statement on the real server; returns the status flags of that session afterwards."""


class Listening:
    """One for many clients, one after the other; ``said`` are the texts that came."""

    def __init__(self, run: Run) -> None:
        self.said: list[bytes] = []
        self._run = run
        self._status = _AUTOCOMMIT
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """No further client."""
        self._listener.close()

    def _accept(self) -> None:
        """Each client in a thread of its own: one may connect again before it leaves."""
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer: socket.socket) -> None:
        """One connection, until the client leaves."""
        with peer, suppress(OSError):
            peer.sendall(_packet(0, b"\x0a" + b"10.11.0-MariaDB\0" + struct.pack("<I", 1) + b"12345678\0"
                                 + struct.pack("<H", _HELLO & 0xFFFF) + b"\x2d" + struct.pack("<H", _AUTOCOMMIT)
                                 + struct.pack("<H", _HELLO >> 16) + b"\x15" + b"\0" * 10 + b"123456789012\0"
                                 + b"mysql_native_password\0"))
            _read(peer)
            peer.sendall(_packet(2, _done(_AUTOCOMMIT)))
            while self._answer(peer):
                continue

    def _answer(self, peer: socket.socket) -> bool:
        """One command; whether another may come."""
        body = _read(peer)
        match body[:1]:
            case b"\x01":
                return False
            case b"\x03":
                self.said.append(body[1:])
                self._status = self._run(body[1:]) if _MODE.search(body) else self._status
            case b"\x02":
                self.said.append(b"use " + body[1:])
        peer.sendall(_packet(1, _done(self._status)))
        return True


def _done(status: int) -> bytes:
    """An OK packet."""
    return b"\0\0\0" + struct.pack("<H", status & 0xFFFF) + b"\0\0"


def _packet(sequence: int, body: bytes) -> bytes:
    """A packet of MySQL's protocol."""
    return struct.pack("<I", len(body))[:3] + bytes([sequence]) + body


def _read(peer: socket.socket) -> bytes:
    """The body of the next command, however many packets it takes."""
    parts = []
    while True:
        size = int.from_bytes(_exactly(peer, 4)[:3], "little")
        parts.append(_exactly(peer, size))
        if size < 0xFFFFFF:
            return b"".join(parts)


def _exactly(peer: socket.socket, size: int) -> bytes:
    """So many bytes, or ConnectionError at the end."""
    parts: list[bytes] = []
    while size:
        part = peer.recv(size)
        if not part:
            raise ConnectionError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
