"""Servers that run nothing: they write down what a real client sends, which is how that client cuts a script."""

from __future__ import annotations

import re
import shutil
import socket
import struct
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

Talk = Callable[[socket.socket, list[str]], None]


def psql(script: str, folder: Path) -> list[str]:
    """The texts that psql sends for a script, one for each message; of COPY data, ``data:`` and the block."""
    return _recorded(_postgres, script, folder, lambda port, path: [
        _program("psql"), "-X", "-q", "-h", "127.0.0.1", "-p", str(port), "-U", "u", "-d", "d", "-f", str(path),
    ])


def mariadb(script: str, folder: Path) -> list[str]:
    """The texts that the mariadb client sends for a script, without their comments."""
    return _recorded(_mysql, script, folder, lambda port, path: [
        _program("mariadb"), "--no-defaults", "--skip-comments", "--force", "--skip-reconnect", "--batch", "-h", "127.0.0.1",
        "-P", str(port), "-u", "u", "-e", f"source {path}" if "'" not in str(path) else "",
    ], feed=True)


def _program(name: str) -> str:
    """The client's path; a missing client fails the test."""
    found = shutil.which(name)
    assert found is not None, f"{name} is not installed"
    return found


def _recorded(
    talk: Talk, script: str, folder: Path, command: Callable[[int, Path], list[str]], *, feed: bool = False,
) -> list[str]:
    """Run a client on a script against a server that only listens."""
    path = folder / "script.sql"
    path.write_bytes(script.encode())
    said: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(20)
        worker = threading.Thread(target=_serve, args=(listener, talk, said), daemon=True)
        worker.start()
        arguments = command(listener.getsockname()[1], path)
        if feed:
            arguments = arguments[:-2]
        with path.open("rb") as text:
            subprocess.run(arguments, stdin=text if feed else subprocess.DEVNULL, capture_output=True, check=False,
                           timeout=20, env={"PATH": "/usr/bin:/bin", "PGSSLMODE": "disable", "PGGSSENCMODE": "disable",
                                            "LC_ALL": "C.UTF-8", "PGCLIENTENCODING": "UTF8", "HOME": str(folder)})
        worker.join(5)
    return said


def _serve(listener: socket.socket, talk: Talk, said: list[str]) -> None:
    """One client, until it leaves."""
    try:
        peer, _ = listener.accept()
        with peer:
            peer.settimeout(20)
            talk(peer, said)
    except (ConnectionError, TimeoutError, OSError):
        return


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


def _message(kind: bytes, body: bytes) -> bytes:
    """A message of PostgreSQL's protocol, version 3."""
    return kind + struct.pack("!I", len(body) + 4) + body


def _postgres(peer: socket.socket, said: list[str]) -> None:
    """PostgreSQL's protocol as far as psql needs it to send statements and COPY data."""
    (size,) = struct.unpack("!I", _exactly(peer, 4))
    _exactly(peer, size - 4)
    ready = _message(b"Z", b"I")
    settings = {"server_version": "15.0", "client_encoding": "UTF8", "standard_conforming_strings": "on"}
    hello = b"".join(_message(b"S", f"{k}\0{v}\0".encode()) for k, v in settings.items())
    peer.sendall(_message(b"R", struct.pack("!I", 0)) + hello + _message(b"K", struct.pack("!II", 1, 1)) + ready)
    data: list[bytes] = []
    while True:
        kind = _exactly(peer, 1)
        (size,) = struct.unpack("!I", _exactly(peer, 4))
        body = _exactly(peer, size - 4)
        if kind == b"Q":
            text = body.rstrip(b"\0").decode()
            said.append(text)
            if re.match(r"(?i)copy t from stdin", text.lstrip()):
                data = []
                peer.sendall(_message(b"G", struct.pack("!bh", 0, 0)))
                continue
            status = b""
            if "standard_conforming_strings" in text:
                value = "off" if "off" in text else "on"
                status = _message(b"S", f"standard_conforming_strings\0{value}\0".encode())
            peer.sendall(_message(b"C", b"OK\0") + status + ready)
        elif kind == b"d":
            data.append(body)
        elif kind in (b"c", b"f"):
            said.append("data:" + b"".join(data).decode())
            peer.sendall(_message(b"C", b"COPY 1\0") + ready)
        elif kind == b"X":
            return


def _packet(sequence: int, body: bytes) -> bytes:
    """A packet of MySQL's protocol."""
    return struct.pack("<I", len(body))[:3] + bytes([sequence]) + body


def _mysql(peer: socket.socket, said: list[str]) -> None:
    """MySQL's protocol as far as its clients need it to send statements."""
    capabilities = 0x0001_0200 | 0x8000 | 0x0008_0000 | 0x0008     # protocol 41, secure connection, plugin auth, db
    hello = (b"\x0a" + b"10.11.0-MariaDB\0" + struct.pack("<I", 1) + b"12345678\0"
             + struct.pack("<H", capabilities & 0xFFFF) + b"\x21" + struct.pack("<H", 2)
             + struct.pack("<H", capabilities >> 16) + b"\x15" + b"\0" * 10 + b"123456789012\0"
             + b"mysql_native_password\0")
    peer.sendall(_packet(0, hello))
    _read_packet(peer)
    done = b"\0\0\0" + struct.pack("<H", 2) + b"\0\0"
    peer.sendall(_packet(2, done))
    while True:
        body = _read_packet(peer)
        if body[:1] == b"\x03":
            said.append(body[1:].decode())
        elif body[:1] == b"\x02":
            said.append("use " + body[1:].decode())
        elif body[:1] == b"\x01":
            return
        peer.sendall(_packet(1, done))


def _read_packet(peer: socket.socket) -> bytes:
    """The body of the next packet."""
    return _exactly(peer, int.from_bytes(_exactly(peer, 4)[:3], "little"))
