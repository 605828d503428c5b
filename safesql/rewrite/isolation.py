"""Whether a transaction of this session would see rows that others commit while it is open."""

from __future__ import annotations

from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect, Family

SECONDS = 2.0


def unsteady(dialect: Dialect) -> Probe | None:
    """A row where it would, by this session's default; None for SQLite, where nobody else writes meanwhile.

    https://www.postgresql.org/docs/current/transaction-iso.html, https://mariadb.com/kb/en/set-transaction/
    """
    match dialect.family:
        case Family.POSTGRES:
            level = "pg_catalog.current_setting('default_transaction_isolation')"
        case Family.MYSQL:
            level = "lower(replace(@@transaction_isolation, '-', ' '))" if dialect.name == "mysql" else _MARIADB
        case Family.SQLITE:
            return None
    text = f"SELECT 1 FROM (SELECT 1 AS one) AS here WHERE {level} IN ('read committed', 'read uncommitted')"
    return Probe(text, "what a transaction sees of others", SECONDS)


_MARIADB = "lower(replace(@@tx_isolation, '-', ' '))"
