"""What a server answers: columns, a stream of rows read once, and the facts that follow the last row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum

from safesql.slotted import dataclass

Cell = str | int | float | bytes | None
"""A value as the server printed it; ``bytes`` are binary data, ``None`` is NULL."""

Row = tuple[Cell, ...]
Chunk = list[Row]


COPIED = "data of COPY"
"""Stands for a column's type where the rows are lines that the server laid out itself: COPY .. TO STDOUT."""


class Shape(Enum):
    """How a column is laid out and encoded, whatever its type is called."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    BINARY = "binary"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a result; ``type`` is the server's name for its type."""

    name: str
    type: str = ""
    shape: Shape = Shape.TEXT


@dataclass(frozen=True, slots=True)
class Notice:
    """A message beside the result: NOTICE and WARNING of PostgreSQL, SHOW WARNINGS of MySQL."""

    severity: str
    text: str
    code: str = ""
    detail: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """What is known when a result is complete; ``affected`` counts matched rows, None when the server does not say."""

    tag: str
    affected: int | None = None
    notices: tuple[Notice, ...] = ()


class Result:
    """A stream of chunks of rows that can be read once; ``summary()`` reads what is left and tells the rest."""

    def __init__(
        self,
        columns: tuple[Column, ...],
        chunks: Iterator[Chunk],
        summary: Callable[[], Summary],
        following: Callable[[], Result | None] = lambda: None,
    ) -> None:
        """``summary`` is called after the last chunk; ``following`` gives the next result set of a CALL."""
        self.columns = columns
        self._chunks = chunks
        self._summary = summary
        self._following = following
        self._stop: Callable[[], bool] = lambda: False

    @property
    def copied(self) -> bool:
        """Whether the rows are lines, or parts of binary data, that are written as they are."""
        return len(self.columns) == 1 and self.columns[0].type == COPIED

    def __iter__(self) -> Iterator[Chunk]:
        """Chunks of rows, in order, as they arrive."""
        return self._chunks

    def rows(self) -> Iterator[Row]:
        """Row by row, for callers that do not care for speed."""
        for chunk in self._chunks:
            yield from chunk

    def stopped_by(self, stop: Callable[[], bool]) -> Result:
        """With what ends the statement on its server; it returns False where the rest must be read all the same."""
        self._stop = stop
        return self

    def drop(self) -> None:
        """Nobody wants the rows that are left; the server is stopped where nothing else is lost by that."""
        if self._stop():
            self._chunks = iter(())

    def summary(self) -> Summary:
        """Read and drop what is left of the rows; then say what happened."""
        for _ in self._chunks:
            pass
        return self._summary()

    def following(self) -> Result | None:
        """The next result set of the same statement, or None; only after this one was read."""
        return self._following()
