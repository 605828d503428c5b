"""The part of a script that is being read: a buffer that grows at one end and is dropped at the other."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.sql.statement import Place


class Text:
    """``buffer[position:]`` is what was read and not used yet; places count from the beginning of the script."""

    __slots__ = ("_chunks", "_column", "_fresh", "_line", "_offset", "_source", "buffer", "final", "position")

    def __init__(self, chunks: Iterator[str], source: str) -> None:
        self.buffer = ""
        self.position = 0
        self.final = False
        self._chunks = chunks
        self._source = source
        self._line, self._column, self._offset = 1, 1, 0
        self._fresh = True

    def more(self) -> None:
        """Read on, at least as much as is pending, so that reading again from a start costs twice at most.

        The character before the position stays, so that the first column of a line can be told.
        """
        keep = max(self.position - 1, 0)
        parts = [self.buffer[keep:]]
        pending = len(parts[0])
        self.position -= keep
        read = 0
        while read <= pending and not self.final:
            chunk = next(self._chunks, None)
            if chunk is None:
                self.final = True
            elif chunk:
                if self._fresh:
                    chunk, self._fresh = chunk.removeprefix("\ufeff"), False
                parts.append(chunk)
                read += len(chunk)
        self.buffer = "".join(parts)

    def advance(self, position: int) -> None:
        """Use up the buffer to ``position``."""
        start = self.position
        lines = self.buffer.count("\n", start, position)
        if lines:
            self._line += lines
            self._column = position - self.buffer.rindex("\n", start, position)
        else:
            self._column += position - start
        self._offset += position - start
        self.position = position

    def take(self, start: int, after: int) -> Place:
        """Use up the buffer to ``after``; the place of what begins at ``start``."""
        if start != self.position:
            self.advance(start)
        place: Place = tuple.__new__(Place, (self._source, self._line, self._column, self._offset))
        self.advance(after)
        return place

    def place(self) -> Place:
        """Where the position stands."""
        return Place(self._source, self._line, self._column, self._offset)
