"""A line on a terminal while a result goes to a file for long: rows, bytes and rate."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import TextIO

from safesql.result import Chunk, Result
from safesql.slotted import dataclass, field

PATIENCE = 1.0             # seconds before the first painting: what is soon over needs no line
EVERY = 0.2                # seconds between two
_CLEAR = "\r\x1b[K"


@dataclass(slots=True)
class Written:
    """Of one result that goes to ``file``; the line is painted on ``terminal``."""

    terminal: TextIO
    file: TextIO
    clock: Callable[[], float] = monotonic
    rows: int = 0
    _since: float = 0.0
    _painted: float | None = field(default=None)

    @contextmanager
    def watching(self, result: Result) -> Iterator[Result]:
        """The result to be written in place of this one; the line is gone afterwards."""
        self._since = self.clock()
        try:
            yield Result(result.columns, self._counted(result), result.summary, result.following)
        finally:
            if self._painted is not None:
                self._write(_CLEAR)

    def line(self, seconds: float) -> str:
        """The text after so many seconds."""
        rate = self.rows / max(seconds, 0.001)
        size = os.fstat(self.file.fileno()).st_size
        return f"{self.rows:,} rows  {_bytes(size)}  {rate:,.0f} rows/s  Ctrl-C stops it"

    def _counted(self, result: Result) -> Iterator[Chunk]:
        """The chunks, each of which is written when the next is asked for."""
        for chunk in result:
            yield chunk
            self.rows += len(chunk)
            now = self.clock()
            if now - self._since >= PATIENCE and now - (self._painted or 0.0) >= EVERY:
                self._painted = now
                self._write(_CLEAR + self.line(now - self._since))

    def _write(self, text: str) -> None:
        with suppress(OSError, ValueError):                  # a terminal that is gone
            self.terminal.write(text)
            self.terminal.flush()


def _bytes(size: int) -> str:
    """``812 kB``, ``3.4 MB``, ``120 MB``."""
    if size < 1_000_000:
        return f"{size // 1000} kB"
    return f"{size / 1e6:.1f} MB" if size < 10_000_000 else f"{size / 1e6:,.0f} MB"
