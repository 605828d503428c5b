"""How many rows a statement would touch now, counted by probes under a time limit; nothing is locked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from safesql.backends.contract import Connection, Transaction
from safesql.errors import SafesqlError
from safesql.guard.verdict import Verdict
from safesql.result import Result
from safesql.rewrite.count import Count, counts
from safesql.rewrite.probe import Probe
from safesql.rewrite.sample import sample


@dataclass(frozen=True, slots=True)
class Touched:
    """Rows of one table: ``rows`` of ``of``; None where they could not be counted, and ``reason`` says why."""

    name: str
    rows: int | None = None
    of: int | None = None
    exact: bool = True
    reason: str = ""

    def __str__(self) -> str:
        if self.rows is None:
            return f"rows of {self.name} not counted: {self.reason}"
        about = "" if self.exact else "about "
        of = f" of {self.of:,}" if self.of is not None else ""
        return f"{about}{self.rows:,}{of} rows of {self.name}"


def touched(connection: Connection, verdict: Verdict) -> tuple[Touched, ...]:
    """Count for each table that the statement writes to; never raises for a count that fails."""
    if connection.transaction is Transaction.FAILED:
        return ()
    return tuple(_counted(connection, count) for count in counts(verdict.effect, verdict.statement))


def sampled(connection: Connection, verdict: Verdict, limit: int = 20) -> Iterator[Result]:
    """The first rows that each part of the statement would touch; raises StatementFailed as the server does."""
    for effect in verdict.effect.walk():
        probe = sample(effect, verdict.statement, limit, root=verdict.effect)
        if probe is not None:
            yield connection.query(probe)


def most(rows: tuple[Touched, ...]) -> int | None:
    """The rows of the whole statement, or None when any table could not be counted."""
    known = [table.rows for table in rows if table.rows is not None]
    return sum(known) if known and len(known) == len(rows) else None


def _counted(connection: Connection, count: Count) -> Touched:
    """One table, matched and total."""
    name = str(count.target)
    if count.matched is None:
        return Touched(name, reason=count.reason)
    try:
        rows = _number(connection, count.matched)
    except SafesqlError as error:
        return Touched(name, reason=str(error))
    return Touched(name, rows, _total(connection, count.total), count.exact)


def _total(connection: Connection, probe: Probe | None) -> int | None:
    """The size of the table; a count that takes too long is left out."""
    if probe is None:
        return None
    try:
        return _number(connection, probe)
    except SafesqlError:
        return None


def _number(connection: Connection, probe: Probe) -> int:
    """The one number that a count query answers."""
    result = connection.query(probe)
    rows = [row for chunk in result for row in chunk]
    result.summary()
    return int(str(rows[0][0])) if rows else 0
