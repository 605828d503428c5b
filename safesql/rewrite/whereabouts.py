"""Where the server's log of changes stands, asked without a privilege: what point-in-time recovery has to know."""

from __future__ import annotations

from collections.abc import Sequence

from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect, Family

SECONDS = 2.0
# https://www.postgresql.org/docs/current/functions-admin.html: a standby knows only what it has replayed.
POSTGRES = (
    "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US') || 'Z', {lsn}::text, "
    "CASE WHEN pg_is_in_recovery() THEN '' ELSE pg_walfile_name({lsn}) END"
)
LSN = "CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END"
# https://mariadb.com/kb/en/gtid/ and https://dev.mysql.com/doc/refman/8.4/en/replication-options-gtids.html
NOW = "CONCAT(DATE_FORMAT(UTC_TIMESTAMP(6), '%Y-%m-%dT%H:%i:%s.%f'), 'Z')"
MARIADB = f"SELECT {NOW}, @@gtid_binlog_pos, @@server_id, @@log_bin"
MYSQL = f"SELECT {NOW}, @@global.gtid_executed, @@server_id, @@log_bin"
SQLITE = "SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now') || 'Z'"
COORDINATES = {"mariadb": ("SHOW MASTER STATUS",), "mysql": ("SHOW BINARY LOG STATUS", "SHOW MASTER STATUS")}


def whereabouts(dialect: Dialect) -> Probe:
    """One row: the server's time in UTC (ISO 8601), then what ``marks_of`` names."""
    match dialect.family:
        case Family.POSTGRES:
            text = POSTGRES.format(lsn=f"({LSN})")
        case Family.MYSQL:
            text = MARIADB if dialect.name == "mariadb" else MYSQL
        case Family.SQLITE:
            text = SQLITE
    return Probe(text, "where the server's log stands", SECONDS)


def coordinates(dialect: Dialect) -> tuple[Probe, ...]:
    """Queries for the file and position of the binary log, to be tried in order: they take a privilege of their own.

    The first two columns of their one row count; no row means that there is no binary log.
    """
    texts = COORDINATES.get(dialect.name, ())
    return tuple(Probe(text, "the coordinates of the binary log", SECONDS) for text in texts)


def marks_of(row: Sequence[object], dialect: Dialect) -> dict[str, str]:
    """The row of ``whereabouts`` by name: time, and wal_lsn, wal_file, timeline; or gtid, server_id; not empty ones."""
    told = ["" if value is None else str(value) for value in row]
    match dialect.family:
        case Family.POSTGRES:
            time, lsn, file = told
            marks = {"time": time, "wal_lsn": lsn, "wal_file": file, "timeline": file[:8]}
        case Family.MYSQL:
            time, gtid, server, logged = told
            on = logged in ("1", "ON")
            marks = {"time": time, "gtid": gtid.replace("\n", "") if on else "", "server_id": server if on else ""}
        case Family.SQLITE:
            marks = {"time": told[0]}
    return {name: value for name, value in marks.items() if value}
