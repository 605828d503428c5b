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
