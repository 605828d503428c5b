"""What a statement really touched, measured in its transaction: cascades and triggers as far as the server tells."""

from __future__ import annotations

from collections.abc import Mapping

from safesql.backends.contract import Connection
from safesql.errors import SafesqlError
from safesql.guard.effect import Name
from safesql.guard.verdict import Verdict
from safesql.rewrite.tally import ALL, Written, written, written_of
from safesql.slotted import dataclass, field
from safesql.sql.dialect import Family


@dataclass(frozen=True, slots=True)
class Tally:
    """``altogether`` all rows of all tables, None where the server did not tell; ``tables`` by table, if told apart."""

    altogether: int | None = None
    tables: Mapping[Name, int] = field(default_factory=dict)

    def __str__(self) -> str:
        return ", ".join(f"{rows:,} of {name.parts[-1]}" for name, rows in self.tables.items())


@dataclass(frozen=True, slots=True)
class Before:
    """What had been written before a statement, and what foreign keys were going to do that is not told after it."""

    written: Mapping[Name, Written] | None
    behind: int | None = 0

    def tally(self, connection: Connection, verdict: Verdict, affected: int | None) -> Tally:
        """What was written since; ``affected`` are the statement's own rows."""
        now = _written(connection)
        if self.written is None or now is None or self.behind is None:
            return Tally()
        since = {name: each.since(self.written.get(name, Written())) for name, each in now.items()}
        verb = verdict.effect.verb
        rows = {name: each.rows(verb) for name, each in since.items() if each != Written()}
        if ALL not in now:
            return Tally(sum(rows.values()), rows)
        told = rows.get(ALL, 0)
        if connection.dialect.family is Family.MYSQL and verb not in ("DELETE", "UPDATE"):
            told = 0                       # a row that is replaced is counted as several
        return Tally(max(told, affected or 0) + self.behind)


def before(connection: Connection, verdict: Verdict) -> Before:
    """To be called in the transaction, before the statement; what cannot be found out is None, and never an error."""
    from safesql.engine.cascades import cascades
    from safesql.engine.counting import number
    from safesql.rewrite.reading import count_reached

    rows: int | None = 0
    if connection.dialect.family is Family.MYSQL:
        try:
            closure = cascades(connection, verdict).closure
            counted = [number(connection, count_reached(each, connection.dialect)) for each in closure.reached]
            rows = sum(counted) if not closure.unknown else None
        except SafesqlError:
            rows = None
    return Before(_written(connection), rows)


def _written(connection: Connection) -> Mapping[Name, Written] | None:
    """What the server says it wrote so far."""
    try:
        return written_of(connection.query(written(connection.dialect)).rows(), connection.dialect)
    except SafesqlError:
        return None
