"""How many rows the server itself says it wrote so far in this session, to be asked before and after a statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from safesql.guard.effect import Name
from safesql.result import Row
from safesql.rewrite.probe import Probe
from safesql.slotted import dataclass
from safesql.sql.dialect import Dialect, Family

SECONDS = 5.0
ALL = Name(())
"""Stands for all tables where the server does not tell them apart."""


@dataclass(frozen=True, slots=True)
class Written:
    """Rows of one table."""

    inserted: int = 0
    updated: int = 0
    deleted: int = 0

    def since(self, before: Written) -> Written:
        """What was written after a moment."""
        return Written(
            self.inserted - before.inserted, self.updated - before.updated, self.deleted - before.deleted
        )  # fmt: skip

    def rows(self, verb: str) -> int:
        """How many rows a statement of this kind touched, none twice.

        A row that goes may have got NULL over another foreign key before, and a row that moves to another partition
        is counted as deleted and inserted.
        """
        match verb:
            case "DELETE":
                return self.inserted + max(self.updated, self.deleted)
            case "UPDATE":
                return self.updated + max(self.inserted, self.deleted)
            case _:
                return self.inserted + self.updated + self.deleted


def written(dialect: Dialect) -> Probe:
    """Rows for ``written_of``; the numbers are of this session and only good for a difference.

    PostgreSQL counts triggers, foreign keys and functions by table, SQLite triggers and foreign keys in one number,
    MySQL triggers but no foreign keys. https://www.postgresql.org/docs/current/monitoring-stats.html,
    https://www.sqlite.org/c3ref/total_changes.html, https://mariadb.com/kb/en/server-status-variables/
    """
    match dialect.family:
        case Family.POSTGRES:
            text = (
                "SELECT n.nspname::text, c.relname::text, sum(s.n_tup_ins), sum(s.n_tup_upd), sum(s.n_tup_del) "
                "FROM pg_catalog.pg_stat_xact_all_tables s JOIN pg_catalog.pg_class c "
                "ON c.oid = coalesce(pg_catalog.pg_partition_root(s.relid), s.relid) "
                "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
                "WHERE s.schemaname NOT IN ('pg_catalog', 'pg_toast', 'information_schema') "
                "AND s.n_tup_ins + s.n_tup_upd + s.n_tup_del > 0 GROUP BY 1, 2"
            )
        case Family.MYSQL:
            text = "SHOW SESSION STATUS WHERE Variable_name IN ('Handler_write', 'Handler_update', 'Handler_delete')"
        case Family.SQLITE:
            text = "SELECT total_changes()"
    return Probe(text, "the rows that were written so far", SECONDS)


def written_of(rows: Iterable[Row], dialect: Dialect) -> Mapping[Name, Written]:
    """The answer, by table where the server tells them apart, else under ``ALL``."""
    match dialect.family:
        case Family.POSTGRES:
            return {Name((str(row[0]), str(row[1]))): Written(*(int(str(cell)) for cell in row[2:5])) for row in rows}
        case Family.MYSQL:
            said = {str(name).lower().removeprefix("handler_"): int(str(value)) for name, value in rows}
            return {ALL: Written(said.get("write", 0), said.get("update", 0), said.get("delete", 0))}
        case Family.SQLITE:
            return {ALL: Written(updated=int(str(next(iter(rows))[0])))}
