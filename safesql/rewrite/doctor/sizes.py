"""How big tables are, by the server's own estimate."""

from __future__ import annotations

from collections.abc import Iterable

from safesql.guard.effect import Name
from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_name, quote_string

SECONDS = 2.0


def size(names: Iterable[Name], dialect: Dialect) -> Probe | None:
    """One row for each of these tables that is there: its number in the list, rows and bytes; None for SQLite.

    https://www.postgresql.org/docs/current/catalog-pg-class.html: reltuples is -1 where nobody counted yet.
    """
    parts = [_one(number, name, dialect) for number, name in enumerate(names)]
    if not parts or dialect.family is Family.SQLITE:
        return None
    return Probe(" UNION ALL ".join(parts), "how big the tables are", SECONDS)


def _one(number: int, name: Name, dialect: Dialect) -> str:
    """One table; with its partitions, on PostgreSQL."""
    if dialect.family is Family.POSTGRES:
        quoted = quote_string(".".join(quote_name(part, dialect) for part in name.parts), dialect)
        tree = f"(SELECT relid FROM pg_partition_tree(to_regclass({quoted})) UNION SELECT to_regclass({quoted}))"
        return (
            f"SELECT {number}, sum(greatest(c.reltuples, 0))::bigint, sum(pg_table_size(c.oid))::bigint "
            f"FROM pg_class c WHERE c.oid IN {tree} HAVING count(*) > 0"
        )
    schema = quote_string(name.parts[-2], dialect) if len(name.parts) > 1 else "DATABASE()"
    return (
        f"SELECT {number}, t.table_rows, t.data_length + t.index_length FROM information_schema.tables t "
        f"WHERE t.table_schema = {schema} AND t.table_name = {quote_string(name.parts[-1], dialect)}"
    )
