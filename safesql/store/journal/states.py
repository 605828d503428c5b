"""The states of journal entries as lines with checksums: one write and one fsync each, under one lock."""

from __future__ import annotations

import fcntl
import json
import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from safesql.errors import CannotRecord
from safesql.store.journal.frames import Damaged
from safesql.store.private import open_private, why

PATIENCE = 10.0            # seconds to wait for another process that holds the lock
SUM = 8                    # hexadecimal digits of a line's CRC-32, and a blank behind them

Record = dict[str, Any]


class StateLog:
    """One file that several processes append to; a line that a crash tore off at the end is cut away."""

    def __init__(self, path: Path) -> None:
        """Nothing is opened before it is needed."""
        self.path = path

    def append(self, made: Callable[[list[Record]], Record]) -> Record:
        """Add the record that ``made`` makes of all records so far; on disk on return.

        Raises CannotRecord, and Damaged when an earlier line is not what was written.
        """
        descriptor = open_private(self.path)
        try:
            _lock(descriptor, self.path)
            data = _content(descriptor)
            lines, good = _parsed(data, self.path)
            record = made(lines)
            if good != len(data):
                os.ftruncate(descriptor, good)
            line = _line(record)
            written = os.write(descriptor, line)
            if written != len(line):
                os.ftruncate(descriptor, good)
                raise CannotRecord(f"{self.path} cannot be written: the disk is full; nothing is changed unrecorded")
            os.fsync(descriptor)
        except OSError as error:
            raise CannotRecord(f"{self.path} cannot be written: {why(error)}; nothing is changed unrecorded") from error
        finally:
            os.close(descriptor)
        return record

    def add(self, record: Record) -> None:
        """Add a record whose content does not depend on the ones before; they are not read."""
        descriptor = open_private(self.path)
        try:
            _lock(descriptor, self.path)
            size = os.fstat(descriptor).st_size
            if size and os.pread(descriptor, 1, size - 1) != b"\n":
                _, size = _parsed(_content(descriptor), self.path)
                os.ftruncate(descriptor, size)
            line = _line(record)
            if os.write(descriptor, line) != len(line):
                os.ftruncate(descriptor, size)
                raise CannotRecord(f"{self.path} cannot be written: the disk is full")
            os.fsync(descriptor)
        except OSError as error:
            raise CannotRecord(f"{self.path} cannot be written: {why(error)}") from error
        finally:
            os.close(descriptor)

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
