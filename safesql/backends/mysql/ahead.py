"""Several statements on their way before the first is answered; the server executes all of them, whatever fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Event

from safesql.backends.contract import Answered
from safesql.backends.loss import lost_ahead
from safesql.backends.mysql.calls import Calls
from safesql.backends.mysql.errors import ENDING
from safesql.backends.mysql.frames import Gone
from safesql.backends.mysql.packets import Done, Refusal, Status
from safesql.backends.mysql.rows import described
from safesql.backends.mysql.stream import tagged, touched, warnings
from safesql.backends.mysql.wire import Head, Wire
from safesql.backends.worker import Stopped
from safesql.errors import Cancelled, SafesqlError, StatementFailed
from safesql.guard.verdict import Clearance
from safesql.result import Chunk, Result, Summary
from safesql.slotted import dataclass, field

SHOW = b"SHOW WARNINGS"
"""Sent behind each statement: the server forgets warnings, and what stands beside an error, with the next one.

Behind the last it is sent only when there are any, since ROW_COUNT() of what comes next is of the statement before.
"""


class Belt:
    """Autocommit is off from the first statements that are sent ahead until their transaction has ended.

    An error may end it (a deadlock does), after which the next statement on its way would commit by itself; so it
    begins another transaction, which is rolled back like the first. https://mariadb.com/kb/en/innodb-lock-modes/#deadlocks
    """

    def __init__(self, run: Callable[[str], None]) -> None:
        self._run = run
        self._on = False

    def on(self, status: int) -> None:
        """Before statements are sent ahead in an open transaction, which this leaves as it is."""
        if status & Status.AUTOCOMMIT:
            self._run("SET SESSION autocommit = 0")
            self._on = True

    def off(self) -> None:
        """With nothing open, since this commits; where the connection is lost by now, there is nothing to restore."""
        if self._on:
            self._on = False
            with suppress(SafesqlError):
                self._run("SET SESSION autocommit = 1")


@dataclass(slots=True)
class _Said:
    """What the server said about one statement: how it ended or was refused, its rows, and the warnings."""

    head: Head = field(default_factory=Head)
    rows: Chunk = field(default_factory=list)
    end: Done | None = None
    refusal: Refusal | None = None
    beside: Chunk = field(default_factory=list)


class Ahead:
    """``stops``: the first that fails is the last that is told of; ``settling``: each is committed by itself."""

    def __init__(self, wire: Wire, calls: Calls, *, stops: bool, settling: bool) -> None:
        self._wire = wire
        self._calls = calls
        self._stops = stops
        self._settling = settling
        self._said: list[_Said] = []
        self._over = Event()

    def answered(self, clearances: Sequence[Clearance], texts: Sequence[bytes]) -> Answered:
        """Send all and read all; a Ctrl-C stops those that have not run yet."""
        interrupted = False
        try:
            self._calls.make_many(lambda: self._exchange(texts), self._over)
        except Gone as gone:
            return self._lost(clearances, str(gone))
        except Stopped as stopped:
            if not self._over.is_set():
                self._wire.cut()
                return self._lost(clearances, "it did not stop when asked to")
            if not isinstance(stopped.interruption, KeyboardInterrupt):
                raise stopped.interruption from stopped
            interrupted = True
        found = self._told(clearances)
        if interrupted and not any(isinstance(each, Cancelled) for each in found):
            return Answered(found, Cancelled("interrupted; what was sent had already finished on the server"))
        return Answered(found)

    def _exchange(self, texts: Sequence[bytes]) -> None:
        """In the worker's thread. Raises Gone."""
        *others, last = texts
        self._wire.send_ahead([*(part for text in others for part in (text, SHOW)), last])
        for _ in others:
            self._said.append(self._one())
        self._said.append(self._one(last=True))
        self._over.set()

    def _one(self, *, last: bool = False) -> _Said:
        """The answer to one statement, and to the question behind it."""
        said = _Said()
        try:
            said.head = self._wire.next_one(self._calls.encoding)
            said.end = said.head.done
            while said.end is None:
                chunk, said.end = self._wire.rows()
                said.rows += chunk
            self._wire.drain(self._calls.encoding)
        except Refusal as refusal:
            said.refusal = refusal
            if refusal.number in ENDING:
                self._wire.cut()
                raise Gone(refusal.message) from refusal
        if last and said.end is not None and not said.end.warnings:
            return said
        try:
            if last:
                self._wire.ask(SHOW, self._calls.encoding)
            else:
                self._wire.next_one(self._calls.encoding)
            said.beside, _ = self._wire.rows()
            self._wire.drain(self._calls.encoding)
        except Refusal:                            # the KILL hit the question
            said.beside = []
        return said

    def _told(self, clearances: Sequence[Clearance]) -> tuple[Result | StatementFailed, ...]:
        """What was said, in our terms."""
        found: list[Result | StatementFailed] = []
        for clearance, said in zip(clearances, self._said, strict=False):
            if said.refusal is None:
                found.append(_result(clearance, said))
                continue
            found.append(self._calls.told(said.refusal, clearance.statement.text, said.beside))
            if self._stops:
                break
        return tuple(found)

    def _lost(self, clearances: Sequence[Clearance], why: str) -> Answered:
        """The connection is gone, with the rest on their way."""
        found = self._told(clearances)
        waiting = len(clearances) - len(self._said)
        return Answered(found, lost_ahead(why, waiting, settling=self._settling))


def _result(clearance: Clearance, said: _Said) -> Result:
    """One statement's answer, read whole."""
    effect = clearance.verdict.effect
    affected = touched(effect, said.end, len(said.rows) if said.head.fields else None)
    summary = Summary(tagged(effect, affected, said.end.info if said.end else ""), affected, warnings(said.beside))
    columns = tuple(described(each) for each in said.head.fields)
    return Result(columns, iter([said.rows] if columns else []), lambda: summary)
