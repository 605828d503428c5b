"""A private file that several processes append whole lines to, under one lock."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from time import monotonic, sleep

from safesql.errors import CannotRecord
from safesql.store.private import open_private, why

PATIENCE = 10.0            # seconds to wait for another process that holds the lock
BLOCK = 65_536
START = "0" * 64           # what the first line of a file is chained to


class Lines:
    """Holds the descriptor; every line knows the hash of the one before it, whoever wrote that."""

    def __init__(self, path: Path) -> None:
        """Nothing is opened until the first line is written."""
        self.path = path
        self._descriptor = -1
        self._end = -1                    # where our own last line ended; unchanged, its hash is known
        self._last = START
        self._unsynced = False

    def append_all(self, lines: Sequence[Callable[[str], bytes]], *, durable: bool) -> None:
        """Write what each makes of the hash of the line before, as one line; on disk on return if durable.

        Raises CannotRecord when any step of that fails.
        """
        try:
            self._open()
            self._lock()
            try:
                self._write(lines)
            finally:
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)
            if durable:
                self.flush()
        except OSError as error:
            raise CannotRecord(f"{self.path} cannot be written: {why(error)}; nothing runs unrecorded") from error

    def flush(self) -> None:
        """Everything written so far is on disk when this returns; raises CannotRecord."""
        if not self._unsynced:
            return
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            raise CannotRecord(f"{self.path} cannot be flushed to disk: {why(error)}") from error
        self._unsynced = False

    def close(self) -> None:
        """Let go of the file; what was not durable is the system's to write."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _open(self) -> None:
        """Open at the first line, and again when somebody deleted the file."""
        if self._descriptor >= 0 and os.fstat(self._descriptor).st_nlink:
            return
        self.close()
        self._descriptor = open_private(self.path)
        self._end = -1

    def _lock(self) -> None:
        """Take the lock, but do not wait for ever: a stopped process must not stop everybody."""
        until = monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                if monotonic() > until:
                    raise CannotRecord(f"{self.path} is locked by another process; nothing is executed") from error
                sleep(0.0005)
            else:
                return

    def _write(self, lines: Sequence[Callable[[str], bytes]]) -> None:
        """One write of whole lines at the end, after closing a line that a crash left torn."""
        size = os.fstat(self._descriptor).st_size
        torn = b""
        if size != self._end:
            last, torn = last_line(self._descriptor, size)
            self._last = digest(last) if size else START
        parts, before = [torn] if torn else [], self._last
        for line in lines:
            made = line(before)
            parts += [made, b"\n"]
            before = digest(made)
        data = b"".join(parts)
        self._unsynced = True
        self._end = -1
        if os.write(self._descriptor, data) != len(data):
            raise CannotRecord(f"{self.path} cannot be written: the disk is full; nothing runs unrecorded")
        self._end = size + len(data)
        self._last = before


def digest(line: bytes) -> str:
    """The hash by which the next line refers to this one."""
    return sha256(line).hexdigest()


def last_line(descriptor: int, size: int) -> tuple[bytes, bytes]:
    """The last line, and a newline when it has none."""
    tail = b""
    at = size
    while at and b"\n" not in tail[:-1]:
        begin = max(0, at - BLOCK)
        tail = os.pread(descriptor, at - begin, begin) + tail
        at = begin
    whole = tail.removesuffix(b"\n")
    return whole.rpartition(b"\n")[2], b"" if tail.endswith(b"\n") or not tail else b"\n"
