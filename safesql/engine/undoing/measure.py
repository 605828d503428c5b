"""What the server itself counted of a change, triggers and cascades included, so that nothing is changed unseen."""

from __future__ import annotations

from collections import Counter

from safesql.backends.contract import Connection
from safesql.guard.effect import Name
from safesql.rewrite.images.counted import counted
from safesql.slotted import dataclass, field
from safesql.sql.dialect import Family


@dataclass(frozen=True, slots=True)
class Measured:
    """Rows added, changed and gone by table, or ``total`` of all tables together; neither where nothing is counted."""

    tables: Counter[tuple[Name, str]] = field(default_factory=Counter)
    total: int | None = None

    def since(self, before: Measured) -> Measured:
        """What came to it."""
        tables = Counter(self.tables)
        tables.subtract(before.tables)
        more = None if self.total is None or before.total is None else self.total - before.total
        return Measured(Counter({key: number for key, number in tables.items() if number}), more)


def measured(connection: Connection) -> Measured | None:
    """The counters as they stand in the open transaction; None where the server has none.

    https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ALL-TABLES-VIEW,
    https://www.sqlite.org/lang_corefunc.html#total_changes
    """
    probe = counted(connection.dialect)
    if probe is None:
        return None
    rows = list(connection.fetch(probe).rows())
    if connection.dialect.family is Family.SQLITE:
        return Measured(total=int(str(rows[0][0])))
    found: Counter[tuple[Name, str]] = Counter()
    for schema, table, added, changed, gone in rows:
        name = Name((str(schema), str(table)))
        for kind, number in (("added", added), ("changed", changed), ("gone", gone)):
            found[(name, kind)] += int(str(number))
    return Measured(found)
