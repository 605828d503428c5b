"""Rows on disk: compressed frames, each with its length and checksum, written and read in constant memory."""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safesql.errors import CannotRecord
from safesql.result import Cell, Row
from safesql.store.private import open_private, why

if TYPE_CHECKING:
    from concurrent.futures import Future

MAGIC = b"safesql images 1\n"
HEAD = struct.Struct(">4sII")          # kind, length of what follows, CRC-32 of kind and that
LEVEL = 1                              # speed counts here: the user waits with locks held
WAITING = 2                            # frames that may wait to be written, so that memory does not grow
LARGEST = 1 << 30                      # no frame of ours is longer; a damaged length must not fill the memory
TABLE, ROWS, END = b"TABL", b"ROWS", b"END."


class Damaged(CannotRecord):
    """What is on disk is not what was written."""


class FrameWriter:
    """Writes one file of images; ``close`` ends it and puts it on disk. Raises CannotRecord when it cannot.

    Rows are compressed and written by a thread while the server sends the next ones; what goes wrong there is raised by
    one of the next calls, by ``close`` at the latest.
    """

    def __init__(self, path: Path, most_bytes: int) -> None:
        from concurrent.futures import ThreadPoolExecutor

        self.path = path
        self.rows = 0
        self._left = most_bytes
        self._thread = ThreadPoolExecutor(1, "images")
        self._waiting: deque[Future[None]] = deque()
        self._descriptor = open_private(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        self._write(MAGIC)

    def table(self, number: int) -> None:
        """The rows that follow belong to this table of the entry."""
        self._later(TABLE, number)

    def put(self, rows: Sequence[Row | None]) -> None:
        """A frame of rows; None stands for a row that is not there."""
        self.rows += len(rows)
        self._later(ROWS, rows)

    def close(self) -> None:
        """The end mark, then everything on disk, and the file's name too."""
        while self._waiting:
            self._waiting.popleft().result()
        self._thread.shutdown()
        self._frame(END, str(self.rows).encode())
        try:
            os.fsync(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = -1
            sync_folder(self.path.parent)
        except OSError as error:
            raise CannotRecord(f"{self.path} cannot be flushed to disk: {why(error)}") from error

    def drop(self) -> None:
        """Give up: the file goes."""
        self._thread.shutdown(cancel_futures=True)
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
        self.path.unlink(missing_ok=True)

    def _later(self, kind: bytes, what: int | Sequence[Row | None]) -> None:
        """Leave a frame to the thread; wait when it is behind."""
        while len(self._waiting) >= WAITING:
            self._waiting.popleft().result()
        self._waiting.append(self._thread.submit(self._packed, kind, what))

    def _packed(self, kind: bytes, what: int | Sequence[Row | None]) -> None:
        """One frame, in the thread."""
        self._frame(kind, str(what).encode() if isinstance(what, int) else zlib.compress(dumped(what), LEVEL))

    def _frame(self, kind: bytes, data: bytes) -> None:
        """One frame."""
        self._write(HEAD.pack(kind, len(data), zlib.crc32(data, zlib.crc32(kind))) + data)

    def _write(self, data: bytes) -> None:
        """All of it; a disk that takes only a part is full."""
        self._left -= len(data)
        if self._left < 0:
            raise TooLarge(f"{self.path.name} would be larger than undo_max_bytes allows")
        try:
            if os.write(self._descriptor, data) != len(data):
                raise CannotRecord(f"{self.path} cannot be written: the disk is full; nothing is changed unrecorded")
        except OSError as error:
            raise CannotRecord(f"{self.path} cannot be written: {why(error)}; nothing is changed unrecorded") from error


class TooLarge(CannotRecord):
    """The images do not fit under the configured limit."""


def read_frames(path: Path, only: int | None = None) -> Iterator[tuple[int, list[Row | None]]]:
    """Table numbers with their rows, a frame at a time, of all tables or ``only`` one.

    Raises Damaged unless every byte that is read is as it was written.
    """
    try:
        descriptor = open_private(path, os.O_RDONLY)
    except FileNotFoundError:
        raise Damaged(f"{path} is missing") from None
    table = rows = 0
    with os.fdopen(descriptor, "rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise Damaged(f"{path} does not begin as a file of images does")
        while True:
            head = file.read(HEAD.size)
            kind, length, checksum = HEAD.unpack(head) if len(head) == HEAD.size else (b"", 0, 0)
            data = file.read(length) if kind and length <= LARGEST else b""
            if not kind or len(data) != length or zlib.crc32(data, zlib.crc32(kind)) != checksum:
                raise Damaged(f"{path} is damaged or cut off after {rows} rows; nothing of it is used")
            if kind == END:
                _ended(path, rows if only is None else int(data), data, file.read(1))
                return
            if kind == TABLE:
                table = int(data)
            elif only is None or table == only:
                found = loaded(zlib.decompress(data))
                rows += len(found)
                yield table, found


def _ended(path: Path, rows: int, data: bytes, more: bytes) -> None:
    """The end mark must name the rows that were read, and be the end."""
    if int(data) != rows or more:
        raise Damaged(f"{path} does not end as it was written; nothing of it is used")


def dumped(rows: Sequence[Row | None]) -> bytes:
    """Rows as JSON; bytes as an object that no cell can be, so that every cell reads back as itself."""
    return json.dumps(rows, default=_hexed, separators=(",", ":"), check_circular=False).encode()


def loaded(data: bytes) -> list[Row | None]:
    """The rows that ``dumped`` wrote."""
    plain = b'{"x":' not in data                   # no bytes among them, as in most tables
    rows = json.loads(data) if plain else json.loads(data, object_hook=_bytes)
    return [None if row is None else tuple(row) for row in rows]


def _hexed(value: Any) -> dict[str, str]:
    """Bytes, the only cells that JSON does not know."""
    return {"x": bytes(value).hex()}


def _bytes(value: dict[str, str]) -> Cell:
    """The only object that is ever written."""
    return bytes.fromhex(value["x"])


def sync_folder(folder: Path) -> None:
    """A name that was made in a folder is on disk when this returns; raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
