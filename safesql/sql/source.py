"""The part of a script that is being read: a buffer that grows at one end and is dropped at the other."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.sql.statement import Place


class Text:
    """``buffer[position:]`` is what was read and not used yet; places count from the beginning of the script."""

    def __init__(self, chunks: Iterator[str], source: str) -> None:
        self.buffer = ""
        self.position = 0
        self.final = False
        self._chunks = chunks
        self._source = source
        self._line, self._column, self._offset = 1, 1, 0
        self._fresh = True

    def more(self) -> bool:
        """Read on, at least as much as is pending, so that reading again from a start costs twice at most."""
        if self.final:
            return False
        pending = len(self.buffer) - self.position
        parts = [self.buffer[self.position :]]
        read = 0
        while read <= pending:
            chunk = next(self._chunks, None)
            if chunk is None:
                self.final = True
                break
            if self._fresh and chunk:
                chunk, self._fresh = chunk.removeprefix("\ufeff"), False
            parts.append(chunk)
            read += len(chunk)
        self.buffer, self.position = "".join(parts), 0
        return read > 0 or self.final

    def advance(self, position: int) -> None:
        """Use up the buffer to ``position``."""
        used = self.buffer[self.position : position]
        lines = used.count("\n")
        self._line += lines
        self._column = len(used) - used.rindex("\n") if lines else self._column + len(used)
        self._offset += len(used)
        self.position = position

    def place(self, at: int | None = None) -> Place:
        """Where the position, or a later one, stands."""
        if at is None or at <= self.position:
            return Place(self._source, self._line, self._column, self._offset)
        ahead = self.buffer[self.position : at]
        lines = ahead.count("\n")
        column = len(ahead) - ahead.rindex("\n") if lines else self._column + len(ahead)
        return Place(self._source, self._line + lines, column, self._offset + len(ahead))
