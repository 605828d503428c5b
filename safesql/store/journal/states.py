"""The states of journal entries as lines with checksums: one write and one fsync each, under one lock."""

from __future__ import annotations

import fcntl
import json
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from safesql.errors import CannotRecord
from safesql.store.journal.frames import Damaged, sync_folder
from safesql.store.private import open_private, why

PATIENCE = 10.0            # seconds to wait for another process that holds the lock
GROWN = 256 << 10          # bytes from which on it is worth writing the file anew
MOST_LEFT = 0.7            # of its bytes; otherwise it would be done again and again for nothing
BLOCK = 16 << 10           # bytes that are read from the end first
SUM = 8                    # hexadecimal digits of a line's CRC-32, and a blank behind them

Record = dict[str, Any]


class StateLog:
    """One file that several processes append to; a line that a crash tore off at the end is cut away."""

    def __init__(self, path: Path) -> None:
        """Nothing is opened before it is needed."""
        self.path = path

    def append(self, made: Callable[[int], Record]) -> Record:
        """Add the record that ``made`` makes of the last number in use; on disk on return.

        Numbers only grow, so that the last record with a time, which the first one of each entry has, tells the number.
        Raises CannotRecord, and Damaged when one of the lines that are read is not what was written.
        """
        with self._locked() as descriptor:
            size = self._whole(descriptor)
            record = made(_last_number(descriptor, size, self.path))
            self._put(descriptor, size, record)
        return record

    def add(self, record: Record) -> None:
        """Add a record whose content does not depend on the ones before; they are not read."""
        with self._locked() as descriptor:
            self._put(descriptor, self._whole(descriptor), record)

    def compact(self, shorter: Callable[[list[Record]], list[Record]], grown: int = GROWN) -> bool:
        """Write the file anew once it has grown to so many bytes; whether that was done.

        The new file is whole on disk before it takes the old one's name, so that a crash leaves one or the other.
        """
        with self._locked() as descriptor:
            size = self._whole(descriptor)
            if size < grown:
                return False
            lines = [_line(record) for record in shorter(_parsed(_content(descriptor), self.path)[0])]
            if sum(map(len, lines)) > size * MOST_LEFT:
                return False
            new = self.path.with_name(f"{self.path.name}.new")
            _written(new, lines)
            new.replace(self.path)
            sync_folder(self.path.parent)
        return True

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """The file under its lock: the one that has the name now, and not one that was compacted meanwhile."""
        while True:
            descriptor = open_private(self.path)
            try:
                _lock(descriptor, self.path)
                if not _named(descriptor, self.path):
                    continue
                yield descriptor
            except OSError as error:
                problem = f"{self.path} cannot be written: {why(error)}; nothing is changed unrecorded"
                raise CannotRecord(problem) from error
            finally:
                os.close(descriptor)
            return

    def _whole(self, descriptor: int) -> int:
        """The bytes of the file, without a line that was torn off at its end."""
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            _, size = _parsed(_content(descriptor), self.path)
            os.ftruncate(descriptor, size)
        return size

    def _put(self, descriptor: int, size: int, record: Record) -> None:
        """One line at the end of ``size`` bytes, on disk."""
        line = _line(record)
        if os.write(descriptor, line) != len(line):
            os.ftruncate(descriptor, size)
            raise CannotRecord(f"{self.path} cannot be written: the disk is full; nothing is changed unrecorded")
        os.fsync(descriptor)

    def records(self) -> list[Record]:
        """Everything that was recorded, oldest first; raises Damaged."""
        try:
            descriptor = open_private(self.path, os.O_RDONLY)
        except FileNotFoundError:
            return []
        try:
            return _parsed(_content(descriptor), self.path)[0]
        finally:
            os.close(descriptor)


def _last_number(descriptor: int, size: int, path: Path) -> int:
    """The largest number of an entry, found from the end; 0 in an empty file."""
    block = BLOCK
    while True:
        at = max(0, size - block)
        lines = os.pread(descriptor, size - at, at).splitlines(keepends=True)
        for line in reversed(lines[1:] if at else lines):
            record = _record(line)
            if record is None:
                _parsed(_content(descriptor), path)                # says which line it is
                raise Damaged(f"{path} is damaged; move it away, or repair it, before anything is undone")
            if "time" in record:
                return int(record["id"])
        if not at:
            return 0
        block *= 4


def _written(path: Path, lines: list[bytes]) -> None:
    """A new file, whole and on disk."""
    descriptor = open_private(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    try:
        for line in lines:
            if os.write(descriptor, line) != len(line):
                raise CannotRecord(f"{path} cannot be written: the disk is full")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _named(descriptor: int, path: Path) -> bool:
    """Whether this open file is the one that has the name."""
    try:
        named = path.stat()
    except FileNotFoundError:
        return False
    mine = os.fstat(descriptor)
    return (mine.st_dev, mine.st_ino) == (named.st_dev, named.st_ino)


def _line(record: Record) -> bytes:
    """A record with its checksum in front."""
    text = json.dumps(record, separators=(",", ":")).encode()
    return f"{zlib.crc32(text):0{SUM}x} ".encode() + text + b"\n"


def _parsed(data: bytes, path: Path) -> tuple[list[Record], int]:
    """The records, and where the good lines end; only the last line may be torn."""
    found: list[Record] = []
    good = 0
    for number, line in _lines(data):
        record = _record(line)
        if record is None:
            if good + len(line) == len(data):
                break
            raise Damaged(f"{path} is damaged in line {number}; move it away, or repair it, before anything is undone")
        found.append(record)
        good += len(line)
    return found, good


def _lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Lines with their ends, counted from 1."""
    return enumerate(data.splitlines(keepends=True), start=1)


def _record(line: bytes) -> Record | None:
    """What a line says; None when its checksum does not hold."""
    if not line.endswith(b"\n") or line[SUM : SUM + 1] != b" ":
        return None
    text = line[SUM + 1 : -1]
    if f"{zlib.crc32(text):0{SUM}x}".encode() != line[:SUM]:
        return None
    found = json.loads(text)
    return found if isinstance(found, dict) else None


def _content(descriptor: int) -> bytes:
    """The whole file."""
    size = os.fstat(descriptor).st_size
    parts = []
    at = 0
    while at < size and (part := os.pread(descriptor, size - at, at)):
        parts.append(part)
        at += len(part)
    return b"".join(parts)


def _lock(descriptor: int, path: Path) -> None:
    """Take the lock, but do not wait for ever."""
    until = monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if monotonic() > until:
                raise CannotRecord(f"{path} is locked by another process; nothing is executed") from error
            sleep(0.001)
        else:
            return
