"""Which partitions the rows of a write are in."""

from __future__ import annotations

from collections.abc import Sequence

from safesql.guard.effect import Effect, Name
from safesql.rewrite.probe import Probe
from safesql.rewrite.selection import Refusal, selection
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_name, quote_string
from safesql.sql.statement import Statement

SECONDS = 5.0
MOST = 64                # partitions of one table that are counted one by one


def named(table: Name, dialect: Dialect) -> Probe | None:
    """Rows of one name, for servers where each partition is to be asked by its name; None for others.

    https://mariadb.com/kb/en/partition-pruning-and-selection/
    """
    if dialect.family is not Family.MYSQL:
        return None
    schema, name = (quote_string(part, dialect) for part in table.parts)
    text = (
        "SELECT p.partition_name FROM information_schema.partitions p "
        f"WHERE p.table_schema = {schema} AND p.table_name = {name} AND p.partition_name IS NOT NULL "
        f"GROUP BY p.partition_name ORDER BY min(p.partition_ordinal_position) LIMIT {MOST + 1}"
    )
    return Probe(text, f"the partitions of {table}", SECONDS)


def partitions(
    effect: Effect, root: Effect, statement: Statement, table: Name, names: Sequence[str] = ()
) -> Probe | None:
    """Rows of partition and number of rows, most first; None where the server has no way to tell.

    ``names`` are those that ``named`` gave, where it asks.
    """
    found = selection(effect, root, statement)
    if isinstance(found, Refusal) or not found.called:
        return None
    if statement.dialect.family is Family.MYSQL:
        return _by_name(table, names, found.condition, statement.dialect) if not found.tail else None
    if statement.dialect.family is not Family.POSTGRES:
        return None
    rows = f"SELECT {found.called}.tableoid AS part FROM {found.tables} {found.tail}".rstrip()
    counted = f"SELECT part::regclass::text, count(*) FROM ({rows}) AS matched_rows GROUP BY part ORDER BY 2 DESC, 1"
    text = f"{found.with_}{counted}"
    return Probe(text, "the partitions of the rows", SECONDS)


def _by_name(table: Name, names: Sequence[str], condition: str | None, dialect: Dialect) -> Probe | None:
    """One count for each partition; ``condition`` holds for the table by its own name."""
    if condition is None or not 0 < len(names) <= MOST:
        return None
    quoted = ".".join(quote_name(part, dialect) for part in table.parts)
    where = f" WHERE {condition}\n" if condition else ""
    counts = [
        f"SELECT {quote_string(name, dialect)} AS part, count(*) AS found FROM {quoted} "
        f"PARTITION ({quote_name(name, dialect)}){where}"
        for name in names
    ]
    text = f"SELECT part, found FROM ({' UNION ALL '.join(counts)}) AS counted WHERE found > 0 ORDER BY 2 DESC, 1"
    return Probe(text, "the partitions of the rows", SECONDS)
