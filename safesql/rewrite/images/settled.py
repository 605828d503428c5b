"""What a server can be asked about a transaction: before its COMMIT is sent, and when its answer never came.

https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT
"""

from __future__ import annotations

from collections.abc import Mapping

from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_string

NAMES = ("xid", "pid", "session_start", "server_start")


def transaction_now(dialect: Dialect) -> Probe | None:
    """One row in the order of ``NAMES``, of the open transaction; None where the server numbers none."""
    if dialect.family is not Family.POSTGRES:
        return None
    return Probe(
        "SELECT pg_catalog.pg_current_xact_id_if_assigned()::text, pg_catalog.pg_backend_pid()::text, "
        "(SELECT extract(epoch FROM backend_start)::text FROM pg_catalog.pg_stat_activity "
        "WHERE pid = pg_catalog.pg_backend_pid()), "
        "extract(epoch FROM pg_catalog.pg_postmaster_start_time())::text",
        "the number of the transaction",
    )


def number_now(dialect: Dialect) -> Probe | None:
    """The number of the open transaction alone, NULL while it has changed nothing; None where servers have none."""
    if dialect.family is not Family.POSTGRES:
        return None
    return Probe("SELECT pg_catalog.pg_current_xact_id_if_assigned()::text", "the number of the transaction")


def session_then(witness: Mapping[str, str], dialect: Dialect) -> Probe | None:
    """One number: how many sessions there are that are this one; None where a session cannot outlive its program."""
    session, pid = witness.get("session", ""), witness.get("pid", "")
    if dialect.family is Family.MYSQL and session.isdigit():
        text = f"SELECT count(*) FROM information_schema.processlist WHERE id = {session}"
    elif dialect.family is Family.POSTGRES and pid.isdigit():
        text = (
            f"SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE pid = {pid} AND extract(epoch FROM "
            f"backend_start)::text = {quote_string(witness.get('session_start', ''), dialect)}"
        )
    else:
        return None
    return Probe(text, "whether the session is still there")


def server_run(dialect: Dialect) -> Probe | None:
    """One number: when MariaDB was started, in seconds since 1970, as its uptime tells; None for others."""
    if dialect.name != "mariadb":
        return None
    return Probe(
        "SELECT UNIX_TIMESTAMP() - CAST(variable_value AS SIGNED) FROM information_schema.global_status "
        "WHERE variable_name = 'UPTIME'",
        "when the server was started",
    )


def recovered(dialect: Dialect) -> Probe | None:
    """A read that makes SQLite roll back what a crash left in its file; None for servers."""
    if dialect.family is not Family.SQLITE:
        return None
    return Probe("SELECT count(*) FROM sqlite_schema", "a look at the file")


def transaction_then(witness: Mapping[str, str], dialect: Dialect) -> Probe | None:
    """One row: status, whether the server is still the same run of it, whether the session is still there; or None.

    The status is PostgreSQL's: committed, aborted, in progress, or NULL when that was too long ago.
    """
    session = witness.get("session", "")
    if dialect.family is Family.MYSQL and session.isdigit():
        return Probe(
            f"SELECT NULL, 0, (SELECT count(*) FROM information_schema.processlist WHERE id = {session})",
            "whether the session is still there",
        )
    if dialect.family is not Family.POSTGRES or not witness.get("xid", "").isdigit():
        return None
    pid = witness.get("pid", "0")
    return Probe(
        f"SELECT CASE WHEN pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text::numeric "
        f"> {witness['xid']} THEN pg_catalog.pg_xact_status('{witness['xid']}'::xid8) END, "
        "CASE WHEN extract(epoch FROM pg_catalog.pg_postmaster_start_time())::text = "
        f"{quote_string(witness.get('server_start', ''), dialect)} THEN 1 ELSE 0 END, "
        "(SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE "
        f"pid = {int(pid) if pid.isdigit() else 0} AND extract(epoch FROM backend_start)::text = "
        f"{quote_string(witness.get('session_start', ''), dialect)})",
        "what became of the transaction",
    )
