"""Lines on their way to the disk: kept together, handed to the system, or synced, as much as each of them needs."""

from __future__ import annotations

import os
from pathlib import Path

from safesql.errors import CannotRecord
from safesql.store.journal.frames import sync_folder
from safesql.store.private import open_private, why

FULL = 64 << 10            # bytes that are kept in memory at most


class Writer:
    """Appends to one file of ours. All calls raise CannotRecord when the disk does not take what they write."""

    def __init__(self, path: Path, *, anew: bool = False) -> None:
        """Nothing is opened before it is needed; ``anew`` then forgets what was there."""
        self.path = path
        self._flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | (os.O_TRUNC if anew else 0)
        self._descriptor = -1
        self._kept: list[bytes] = []
        self._size = 0
        self._unsynced = False

    def add(self, line: bytes) -> None:
        """Soon; what a kill may take away."""
        self._kept.append(line)
        self._size += len(line)
        if self._size > FULL:
            self.push()

    def push(self) -> None:
        """With the system when this returns: the end of this process takes nothing of it away."""
        if not self._kept:
            return
        data, self._kept, self._size = b"".join(self._kept), [], 0
        try:
            if self._descriptor < 0:
                self._descriptor = open_private(self.path, self._flags)
                sync_folder(self.path.parent)
            self._unsynced = True
            self._put(data)
        except OSError as error:
            raise CannotRecord(f"{self.path} cannot be written: {why(error)}; nothing runs unrecorded") from error

    def sync(self) -> None:
        """On disk when this returns."""
        self.push()
        if not self._unsynced:
            return
        try:
            os.fdatasync(self._descriptor)
        except OSError as error:
            problem = f"{self.path} cannot be flushed to disk: {why(error)}; nothing runs unrecorded"
            raise CannotRecord(problem) from error
        self._unsynced = False

    def close(self) -> None:
        """Let go of the file; what was only kept is given up."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _put(self, data: bytes) -> None:
        """All of it, or what a full disk took is cut away again."""
        start = os.fstat(self._descriptor).st_size
        if os.write(self._descriptor, data) != len(data):
            os.ftruncate(self._descriptor, start)
            raise CannotRecord(f"{self.path} cannot be written: the disk is full; nothing runs unrecorded")
