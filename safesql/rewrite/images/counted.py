"""The server's own counters of changed rows, as a question inside the transaction."""

from __future__ import annotations

from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect, Family


def counted(dialect: Dialect) -> Probe | None:
    """PostgreSQL: rows of (schema, table, added, changed, gone), partitions under their root; SQLite: one number.

    MariaDB and MySQL count what foreign keys do nowhere that everybody may look: None.
    """
    match dialect.family:
        case Family.POSTGRES:
            return Probe(
                "SELECT n.nspname::text, c.relname::text, sum(s.n_tup_ins)::text, sum(s.n_tup_upd)::text, "
                "sum(s.n_tup_del)::text FROM pg_catalog.pg_stat_xact_all_tables s JOIN pg_catalog.pg_class c "
                "ON c.oid = coalesce(pg_catalog.pg_partition_root(s.relid), s.relid) "
                "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
                "WHERE s.schemaname NOT IN ('pg_toast', 'pg_catalog') "
                "AND s.n_tup_ins + s.n_tup_upd + s.n_tup_del > 0 GROUP BY 1, 2",
                "what the server counted",
            )
        case Family.SQLITE:
            return Probe("SELECT total_changes()", "what the library counted")
        case Family.MYSQL:
            return None
