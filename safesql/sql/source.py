"""The part of a script that is being read: a buffer that grows at one end and is dropped at the other."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.sql.cut import PutIn
from safesql.sql.statement import Place


class Text:
    """``buffer[position:]`` is what was read and not used yet; places count from the beginning of the script."""

    __slots__ = ("_chunks", "_column", "_fresh", "_line", "_offset", "_source", "buffer", "final", "position", "put_in")

    def __init__(self, chunks: Iterator[str], source: str) -> None:
        self.buffer = ""
        self.position = 0
        self.final = False
        self.put_in: tuple[PutIn, ...] = ()
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
        self.put_in = tuple(each._replace(start=each.start - keep, end=each.end - keep) for each in self.put_in)
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
        if self.put_in:
            self._pass_put_in(position)
        lines = self.buffer.count("\n", start, position)
        if lines:
            self._line += lines
            self._column = position - self.buffer.rindex("\n", start, position)
        else:
            self._column += position - start
        self._offset += position - start
        self.position = position

    def splice(self, start: int, end: int, text: str, name: str = "") -> None:
        """Put ``text`` in the place of ``buffer[start:end]``, which begins nowhere before what was put in last.

        Lines go on as they stand in the script; columns do so from the next line on.
        """
        replaced, grown = self.buffer[start:end], len(text) - (end - start)
        self.buffer = self.buffer[:start] + text + self.buffer[end:]
        wider = [each._replace(end=each.end + grown) if start < each.end else each for each in self.put_in]
        lines = replaced.count("\n") - text.count("\n")
        self.put_in = (*wider, PutIn(start, start + len(text), name, lines, -grown))

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

    def place_at(self, at: int) -> Place:
        """Where something behind the position stands."""
        lines = self.buffer.count("\n", self.position, at)
        before = [each for each in self.put_in if each.end <= at]
        line = self._line + lines + sum(each.lines for each in before)
        offset = self._offset + at - self.position + sum(each.characters for each in before)
        column = at - self.buffer.rindex("\n", self.position, at) if lines else self._column + at - self.position
        return Place(self._source, line, column, offset)

    def _pass_put_in(self, position: int) -> None:
        """Count what the script has in the place of what was put in before ``position``."""
        for each in self.put_in:
            if each.end <= position:
                self._line += each.lines
                self._offset += each.characters
        self.put_in = tuple(each for each in self.put_in if each.end > position)
