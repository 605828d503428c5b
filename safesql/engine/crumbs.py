"""Breadcrumbs: the server's time and the place in its log, noted before what takes rows or definitions away."""

from __future__ import annotations

from time import monotonic

from safesql.backends.contract import Connection, Transaction
from safesql.errors import SafesqlError
from safesql.guard.action import Action
from safesql.guard.effect import Effect, Extent, Reach
from safesql.guard.verdict import Verdict
from safesql.result import Row
from safesql.rewrite.probe import Probe
from safesql.rewrite.whereabouts import coordinates, marks_of, whereabouts
from safesql.slotted import dataclass
from safesql.sql.dialect import Family

OFTEN = 1.0                # seconds between two of them where nobody was asked: a batch is not to wait for each
LOSING = frozenset({Extent.SOME, Extent.ALL, Extent.UNKNOWN})


@dataclass(slots=True)
class Crumbs:
    """One for each session; ``take`` costs a round trip, two on MariaDB and MySQL."""

    _last: float | None = None
    _denied: bool = False              # the coordinates of the binary log

    def take(self, connection: Connection, verdict: Verdict) -> dict[str, str]:
        """The marks before a statement that may lose something; empty for others, and where it cannot be asked."""
        if not destructive(verdict.effect) or connection.transaction is Transaction.FAILED:
            return {}
        now = monotonic()
        if verdict.action is Action.ALLOW and self._last is not None and now - self._last < OFTEN:
            return {}
        self._last = now
        row = _first(connection, whereabouts(connection.dialect))
        if row is None:
            return {}
        return {**marks_of(row, connection.dialect), **self._coordinates(connection)}

    def _coordinates(self, connection: Connection) -> dict[str, str]:
        """File and position of the binary log, where the user may ask for them."""
        if self._denied or connection.dialect.family is not Family.MYSQL:
            return {}
        for probe in coordinates(connection.dialect):
            row = _first(connection, probe)
            if row is not None:
                return {"binlog_file": str(row[0]), "binlog_position": str(row[1])}
        self._denied = True
        return {}


def destructive(effect: Effect) -> bool:
    """Whether any part of it may take away or overwrite what is there."""
    return any(
        part.reach is Reach.OPAQUE
        or (part.reach is Reach.ROWS and part.extent in LOSING)
        or (part.reach is Reach.SCHEMA and part.verb.startswith(("DROP", "TRUNCATE", "ALTER", "RENAME", "EXCHANGE")))
        for part in effect.walk()
    )


def _first(connection: Connection, probe: Probe) -> Row | None:
    """The only row of a query of ours; None for no row, and for a query that the server refuses."""
    try:
        result = connection.query(probe)
        rows = [row for chunk in result for row in chunk]
        result.summary()
    except SafesqlError:
        return None
    return rows[0] if rows else None
