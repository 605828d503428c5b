"""Several statements on their way before the first is answered, and what became of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic

import psycopg
from psycopg.pq import DiagnosticField, ExecStatus
from psycopg.pq.abc import PGresult

from safesql.backends.chunks import nothing
from safesql.backends.contract import Answered
from safesql.backends.loss import lost_ahead
from safesql.backends.postgres.errors import CANCELLED, failed
from safesql.backends.postgres.rows import Reader
from safesql.backends.postgres.stream import Asked, tagged
from safesql.backends.postgres.wire import TooLong, Wire
from safesql.backends.text import readable
from safesql.backends.worker import GRACE
from safesql.errors import Cancelled, OutcomeUnknown, StatementFailed
from safesql.result import Notice, Result, Summary

AGAIN = 0.2          # seconds between two requests to stop, while statements that stand alone follow each other

UNSURE = "the statement after those that are told of may have been committed or not; look at its rows"


class Ahead:
    """``apart``: each statement stands alone, committed or not; else all share the open transaction.

    ``notices`` gives what came since the last statement.
    """

    def __init__(
        self, wire: Wire, encoding: str, asked: Asked, notices: Callable[[], tuple[Notice, ...]], *, apart: bool
    ) -> None:
        self._wire = wire
        self._encoding = encoding
        self._asked = asked
        self._notices = notices
        self._apart = apart
        self._found: list[Result | StatementFailed] = []
        self._last: PGresult | None = None
        self._syncs = 0                    # not answered yet
        self._skipping = False             # the rest was not executed
        self._whole = False                # whether all of it was handed to libpq

    def answered(self, texts: Sequence[bytes]) -> Answered:
        """Send all and read all."""
        self._asked.cancel = False
        self._syncs = len(texts) if self._apart else 1
        try:
            self._wire.queue(texts, apart=self._apart)
            self._whole = True
            self._wire.flush()
            self._read(None)
        except psycopg.Error:
            return self._lost(len(texts), self._why())
        except KeyboardInterrupt:
            return self._interrupted(len(texts))
        return Answered(tuple(self._found))

    def _read(self, seconds: float | None) -> None:
        """Read on, from wherever an interruption left it. Raises psycopg.Error, TooLong."""
        for result in self._wire.answers(self._syncs, seconds):
            if result is None:
                self._told()
            elif result.status == ExecStatus.PIPELINE_SYNC:
                self._syncs -= 1
            else:
                self._last = result

    def _told(self) -> None:
        """One statement is at its end."""
        result, self._last = self._last, None
        if result is None or self._skipping:
            return
        if result.status == ExecStatus.PIPELINE_ABORTED:
            self._skipping = True
        elif result.status == ExecStatus.FATAL_ERROR:
            if not self._wire.usable:
                raise psycopg.OperationalError
            self._skipping = not self._apart
            kind = Cancelled if self._asked.cancel and _code(result) == CANCELLED else StatementFailed
            self._found.append(failed(result, self._encoding, kind))
        else:
            self._found.append(self._result(result))

    def _result(self, result: PGresult) -> Result:
        """What a statement answered, read whole."""
        tag, affected = tagged(result, self._encoding, rows=bool(result.nfields))
        summary = Summary(tag, affected, self._notices())
        if not result.nfields:
            return Result((), nothing(), lambda: summary)
        reader = Reader(self._wire.raw, self._encoding)
        return Result(reader.columns(result), iter([reader.chunk(result)]), lambda: summary)

    def _interrupted(self, sent: int) -> Answered:
        """Stop what runs, and what runs next, until the server has come to the end; a second Ctrl-C gives up."""
        until = monotonic() + GRACE
        self._asked.cancel = True
        try:
            if not self._whole:
                raise TooLong
            while self._syncs:
                self._wire.raw.cancel_safe(timeout=GRACE)
                try:
                    self._read(AGAIN if self._apart else GRACE)
                except TooLong:
                    if monotonic() > until:
                        raise
            self._wire.send(b"SELECT 1")            # a cancel that came too late must not hit the next statement
            self._wire.drain(GRACE)
        except (psycopg.Error, TooLong, KeyboardInterrupt):
            self._wire.close()
            return self._lost(sent, "it did not stop when asked to")
        if self._apart and len(self._found) != sent:           # the interruption came between an answer and its note
            return Answered(tuple(self._found), OutcomeUnknown(f"interrupted; {UNSURE}"))
        if self._skipping or any(isinstance(each, Cancelled) for each in self._found):
            return Answered(tuple(self._found))
        return Answered(tuple(self._found), Cancelled("interrupted; what was sent had already finished on the server"))

    def _lost(self, sent: int, why: str) -> Answered:
        """The connection is gone, with these on their way."""
        return Answered(tuple(self._found), lost_ahead(why, sent - len(self._found), settling=self._apart))

    def _why(self) -> str:
        """What libpq says about the connection, in one line."""
        words = self._last.error_message if self._last is not None else b""
        return " ".join(readable(words or self._wire.pg.error_message, self._encoding).split())


def _code(result: PGresult) -> str:
    """The SQLSTATE."""
    return readable(result.error_field(DiagnosticField.SQLSTATE))
