"""The server's clock, as a query: microseconds since 1970 in UTC, so that no time zone is in the way."""

from __future__ import annotations

from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect, Family

TEXT = {
    Family.POSTGRES: "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint",
    Family.MYSQL: "SELECT CAST(UNIX_TIMESTAMP(SYSDATE(6)) * 1000000 AS SIGNED)",
    Family.SQLITE: "SELECT CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)",
}


def server_clock(dialect: Dialect) -> Probe:
    """One row, one number."""
    return Probe(TEXT[dialect.family], "the server's clock", seconds=5.0)
