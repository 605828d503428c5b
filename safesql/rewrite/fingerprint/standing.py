"""Where a session stands, beyond what the connection knows by itself."""

from __future__ import annotations

from collections.abc import Sequence

from safesql.rewrite.probe import Probe
from safesql.slotted import dataclass
from safesql.sql.dialect import Dialect, Family

SECONDS = 5.0
# https://www.postgresql.org/docs/current/functions-admin.html: the first eight digits of a WAL file are the timeline,
# which counts up each time that a replica is made the primary.
POSTGRES = (
    "SELECT current_database()::text, (SELECT d.oid::text FROM pg_catalog.pg_database d "
    "WHERE d.datname = current_database()), current_user::text || CASE WHEN session_user <> current_user "
    "THEN ' as ' || session_user::text ELSE '' END, CASE WHEN pg_catalog.pg_is_in_recovery() THEN '' "
    "ELSE substr(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 1, 8) END, "
    "pg_catalog.array_to_string(pg_catalog.current_schemas(false), chr(10))"
)
MYSQL = "SELECT coalesce(database(), ''), '', current_user(), @@hostname, ''"
SQLITE = "SELECT '', (SELECT a.application_id FROM pragma_application_id a), '', '', ''"


@dataclass(frozen=True, slots=True)
class Standing:
    """``database_id`` and ``timeline`` are empty where the server has none; ``path`` are PostgreSQL's schemas.

    Of MySQL ``timeline`` is the name of the host, for a replica has one of its own.
    """

    database: str
    database_id: str
    role: str
    timeline: str
    path: tuple[str, ...]


def standing(dialect: Dialect) -> Probe:
    """One row for ``standing_of``."""
    text = {Family.POSTGRES: POSTGRES, Family.MYSQL: MYSQL, Family.SQLITE: SQLITE}[dialect.family]
    return Probe(text, "where the session stands", SECONDS)


def standing_of(row: Sequence[object]) -> Standing:
    """The answer."""
    database, oid, role, timeline, path = ("" if cell is None else str(cell) for cell in row[:5])
    return Standing(database, oid, role, timeline, tuple(path.split("\n")) if path else ())
