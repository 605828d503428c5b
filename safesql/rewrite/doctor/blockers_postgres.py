"""PostgreSQL: whom a session waits for, and who holds locks on tables; pg_locks, pg_stat_activity."""

from __future__ import annotations

from collections.abc import Iterable

from safesql.guard.effect import Name
from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect
from safesql.sql.quoting import quote_name, quote_string

SECONDS = 2.0
WHO = """
SELECT a.pid, a.usename, a.application_name,
       CASE WHEN a.client_addr IS NOT NULL THEN host(a.client_addr) WHEN a.client_port = -1 THEN 'socket' END,
       COALESCE(a.state, a.backend_type),
       floor(extract(epoch FROM clock_timestamp() - a.xact_start)),
       floor(extract(epoch FROM clock_timestamp() - a.state_change)), a.query, {holds}
FROM pg_stat_activity a WHERE {which} ORDER BY a.xact_start NULLS LAST LIMIT 10
"""
HELD = (
    "(SELECT string_agg(DISTINCT upper(trim(regexp_replace(replace(h.mode, 'Lock', ''), '([A-Z])', ' \\1', 'g')))"
    " || ' on ' || h.relation::regclass, ', ') FROM pg_locks h"
    " WHERE h.pid = a.pid AND h.granted AND h.locktype = 'relation' AND h.relation {})"
)


def waited_for(session: str, _dialect: Dialect) -> tuple[Probe, ...]:
    """Those that the session waits for at this moment, and what they hold of what it wants.

    https://www.postgresql.org/docs/current/functions-info.html: pg_blocking_pids.
    """
    pid = int(session)
    wanted = f"IN (SELECT w.relation FROM pg_locks w WHERE w.pid = {pid} AND w.relation > 16383)"
    text = WHO.format(holds=HELD.format(wanted), which=f"a.pid = ANY (pg_blocking_pids({pid}))")
    return (Probe(text, "who blocks", SECONDS),)


def holders(names: Iterable[Name], session: str, seconds: int, dialect: Dialect) -> Probe | None:
    """Other sessions with locks on these tables, in a transaction for at least so many seconds."""
    tables = [f"to_regclass({quote_string('.'.join(quote_name(each, dialect) for each in name.parts), dialect)})"
              for name in dict.fromkeys(names)]  # fmt: skip
    if not tables:
        return None
    wanted = f"IN ({', '.join(tables)})"
    old = f"a.xact_start <= clock_timestamp() - interval '{int(seconds)} seconds'"
    own = f"a.pid NOT IN (pg_backend_pid(), {int(session)})"
    here = f"l.granted AND l.relation {wanted} AND l.database = {DATABASE}"
    locked = f"a.pid IN (SELECT l.pid FROM pg_locks l WHERE {here})"
    text = WHO.format(holds=HELD.format(wanted), which=f"{own} AND {old} AND {locked}")
    return Probe(text, "who holds locks on the table", SECONDS)


def sessions(pids: Iterable[str]) -> Probe | None:
    """Sessions by number, such as those that the report of a deadlock names."""
    numbers = ", ".join(str(int(pid)) for pid in dict.fromkeys(pids))
    text = WHO.format(holds="NULL", which=f"a.pid IN ({numbers})")
    return Probe(text, "who was in the deadlock", SECONDS) if numbers else None


DATABASE = "(SELECT d.oid FROM pg_database d WHERE d.datname = current_database())"
