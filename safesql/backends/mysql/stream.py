"""One statement from its message to the end of its last result; a CALL has several."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from safesql.backends.chunks import nothing
from safesql.backends.mysql.packets import Done
from safesql.backends.mysql.rows import described
from safesql.backends.mysql.wire import Head, Wire
from safesql.errors import StatementFailed
from safesql.guard.effect import Effect, Reach
from safesql.result import Chunk, Notice, Result, Summary

Call = Callable[[Callable[[], Any]], Any]
"""Makes a call where it may block, and raises our errors."""

RETURNING = frozenset({"INSERT", "REPLACE", "DELETE", "UPDATE"})
"""Statements whose rows, if they return any, are the rows they touched."""


def touched(effect: Effect | None, end: Done | None, rows: int | None) -> int | None:
    """The rows that a statement matched; None when it is not of the kind that touches rows.

    ``rows`` are those of its result, None where it has none.
    """
    if effect is None or end is None:
        return None
    if rows is not None:
        return rows if effect.verb in RETURNING else None
    writes = any(part.reach in (Reach.ROWS, Reach.OPAQUE) for part in effect.walk())
    return end.affected if writes or end.affected else None


def tagged(effect: Effect | None, affected: int | None, info: str) -> str:
    """MySQL has no tags; one is made in the manner of PostgreSQL, with the server's own remark."""
    words = [effect.verb if effect is not None else ""]
    words += [str(affected)] if affected is not None else []
    words += [f"({' '.join(info.split())})"] if info else []
    return " ".join(words)


def warnings(rows: Chunk) -> tuple[Notice, ...]:
    """The rows of SHOW WARNINGS."""
    return tuple(Notice(str(level), str(words), str(code)) for level, code, words in rows)


class Stream:
    """Reads one statement's results in turn."""

    def __init__(
        self, wire: Wire, encoding: str, effect: Effect | None, call: Call, ended: Callable[[Effect | None], None]
    ) -> None:
        self._wire = wire
        self._encoding = encoding
        self._effect = effect
        self._call = call
        self._ended = ended
        self._head = Head()
        self._rows = 0
        self._end: Done | None = None                # of the last result that was read
        self._dropped = False

    def start(self, message: bytes) -> None:
        """Send and read the beginning of the first result."""
        self._take(self._call(lambda: self._wire.ask(message, self._encoding)))

    def result(self) -> Result:
        """The result whose beginning was read."""
        if not self._head.fields:
            summary = self._summary()
            return Result((), nothing(), lambda: summary)
        known: list[Summary] = []

        def summed() -> Summary:
            if not known:
                known.append(self._summary())
            return known[0]

        return Result(tuple(described(field) for field in self._head.fields), self._chunks(), summed, self._following)

    def drop(self) -> None:
        """Say that nobody will read the rest."""
        self._dropped = True

    def _chunks(self) -> Iterator[Chunk]:
        """The rows of one result."""
        end = None
        while end is None:
            if self._dropped:
                raise StatementFailed("the rest of this result was dropped when the next statement was run")
            chunk, end = self._call(self._wire.rows)
            self._rows += len(chunk)
            self._end = end
            if chunk:
                yield chunk

    def _take(self, head: Head) -> None:
        """A beginning that was read; one without columns is an end as well."""
        self._head = head
        self._rows = 0
        if head.done is not None:
            self._end = head.done

    def _following(self) -> Result | None:
        """The next result, whose beginning was read with the end of the last one."""
        return self.result() if self._end is None and not self._dropped else None

    def _summary(self) -> Summary:
        """What is known after the last row; reads on to the next result, or to the end of the statement."""
        affected = self._touched()
        if self._wire.pending:
            self._end = None
            head: Head = self._call(lambda: self._wire.head(self._encoding))
            self._take(head)
            if head.done is None:
                return Summary(self._tag(affected, ""), affected)
            affected = self._touched() if affected is None else affected
        end = self._end
        notices = self._warnings() if end is not None and end.warnings else ()
        self._ended(self._effect)
        return Summary(self._tag(affected, end.info if end else ""), affected, notices)

    def _touched(self) -> int | None:
        """The rows of this result."""
        return touched(self._effect, self._end, self._rows if self._head.fields else None)

    def _tag(self, affected: int | None, info: str) -> str:
        """The tag of this statement."""
        return tagged(self._effect, affected, info)

    def _warnings(self) -> tuple[Notice, ...]:
        """SHOW WARNINGS, which is not counted as a statement of the user."""
        return warnings(self._call(self._show_warnings))

    def _show_warnings(self) -> Chunk:
        """The warnings of the last statement."""
        self._wire.ask(b"SHOW WARNINGS", self._encoding)
        rows, _ = self._wire.rows()
        self._wire.drain(self._encoding)
        return rows
