"""MySQL and MariaDB: whom a session waits for, row locks and metadata locks apart.

https://mariadb.com/kb/en/information-schema-innodb_lock_waits-table/, https://mariadb.com/kb/en/metadata-lock-info-plugin/,
https://dev.mysql.com/doc/refman/8.4/en/performance-schema-data-lock-waits-table.html
"""

from __future__ import annotations

from collections.abc import Iterable

from safesql.guard.effect import Name
from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect
from safesql.sql.quoting import quote_string

SECONDS = 2.0
WHO = """
SELECT DISTINCT p.id, p.user, '', p.host, {state}, TIMESTAMPDIFF(SECOND, b.trx_started, NOW()), p.time,
       COALESCE(b.trx_query, p.info, ''), {holds}
FROM {from_} WHERE {which} ORDER BY 6 DESC LIMIT 10
"""
STATE = "IF(p.command = 'Sleep', 'idle', LOWER(COALESCE(NULLIF(p.state, ''), p.command)))"
PROCESSES = "information_schema.processlist p"
TRANSACTIONS = "information_schema.innodb_trx b"


def waited_for(session: str, dialect: Dialect) -> tuple[Probe, ...]:
    """Questions in the order of what they tell; each may fail where a table or a privilege is missing."""
    return (*_rows(int(session), dialect), _of_definitions(int(session), dialect))


def _rows(session: int, dialect: Dialect) -> tuple[Probe, ...]:
    """Locks on rows."""
    if dialect.name == "mariadb":
        from_ = (
            "information_schema.innodb_lock_waits w"
            " JOIN information_schema.innodb_trx r ON r.trx_id = w.requesting_trx_id"
            f" JOIN {TRANSACTIONS} ON b.trx_id = w.blocking_trx_id"
            " LEFT JOIN information_schema.innodb_locks l ON l.lock_id = w.blocking_lock_id"
            f" LEFT JOIN {PROCESSES} ON p.id = b.trx_mysql_thread_id"
        )
        holds = "CONCAT('row lock ', l.lock_mode, ' on ', REPLACE(l.lock_table, '`', ''))"
    else:
        from_ = (
            "performance_schema.data_lock_waits w"
            " JOIN information_schema.innodb_trx r ON r.trx_id = w.requesting_engine_transaction_id"
            f" JOIN {TRANSACTIONS} ON b.trx_id = w.blocking_engine_transaction_id"
            " LEFT JOIN performance_schema.data_locks l ON l.engine_lock_id = w.blocking_engine_lock_id"
            f" LEFT JOIN {PROCESSES} ON p.id = b.trx_mysql_thread_id"
        )
        holds = "CONCAT('row lock ', l.lock_mode, ' on ', l.object_schema, '.', l.object_name)"
    text = WHO.format(state=STATE, holds=holds, from_=from_, which=f"r.trx_mysql_thread_id = {session}")
    return (Probe(text, "who blocks", SECONDS),)


def _of_definitions(session: int, dialect: Dialect) -> Probe:
    """Metadata locks, by MySQL's performance schema or MariaDB's plugin, on any table that the session waits for."""
    if dialect.name == "mariadb":
        from_ = (
            f"information_schema.metadata_lock_info l JOIN {PROCESSES} ON p.id = l.thread_id"
            f" LEFT JOIN {TRANSACTIONS} ON b.trx_mysql_thread_id = p.id"
        )
        holds = "CONCAT(l.lock_mode, ' on ', l.table_schema, '.', l.table_name)"
        others = f"p.id NOT IN ({session}, CONNECTION_ID())"
        which = f"{others} AND l.lock_type = 'Table metadata lock' AND {_waits(session)}"
    else:
        from_ = (
            "performance_schema.metadata_locks w"
            " JOIN performance_schema.threads wt ON wt.thread_id = w.owner_thread_id"
            " JOIN performance_schema.metadata_locks l ON l.object_schema = w.object_schema"
            " AND l.object_name = w.object_name AND l.lock_status = 'GRANTED'"
            " AND l.owner_thread_id <> w.owner_thread_id"
            " JOIN performance_schema.threads lt ON lt.thread_id = l.owner_thread_id"
            f" JOIN {PROCESSES} ON p.id = lt.processlist_id LEFT JOIN {TRANSACTIONS} ON b.trx_mysql_thread_id = p.id"
        )
        holds = "CONCAT(l.lock_type, ' on ', l.object_schema, '.', l.object_name)"
        which = f"wt.processlist_id = {session} AND w.lock_status = 'PENDING'"
    return Probe(WHO.format(state=STATE, holds=holds, from_=from_, which=which), "who blocks", SECONDS)


def _waits(session: int) -> str:
    """Whether a session waits for a metadata lock."""
    waits = f"SELECT 1 FROM information_schema.processlist q WHERE q.id = {session} AND q.state LIKE '%metadata lock%'"
    return f"EXISTS ({waits})"


def open_ones(session: str, _dialect: Dialect) -> Probe:
    """All other open transactions of InnoDB: where nothing tells who holds a metadata lock, one of these may."""
    text = WHO.format(
        state=STATE, holds="''", from_=f"{TRANSACTIONS} JOIN {PROCESSES} ON p.id = b.trx_mysql_thread_id",
        which=f"p.id NOT IN ({int(session)}, CONNECTION_ID())",
    )  # fmt: skip
    return Probe(text, "which transactions are open", SECONDS)


def holders(names: Iterable[Name], session: str, seconds: int, dialect: Dialect) -> Probe | None:
    """Other sessions in a transaction for so many seconds that hold a metadata lock on one of these tables."""
    mariadb = dialect.name == "mariadb"
    column = "l.thread_id" if mariadb else "t.processlist_id"
    schema, table = ("l.table_schema", "l.table_name") if mariadb else ("l.object_schema", "l.object_name")
    places = " OR ".join(
        f"({schema} = {quote_string(name.parts[-2], dialect) if len(name.parts) > 1 else 'DATABASE()'}"
        f" AND {table} = {quote_string(name.parts[-1], dialect)})"
        for name in dict.fromkeys(names)
    )
    locks = (
        "information_schema.metadata_lock_info l" if mariadb else
        "performance_schema.metadata_locks l JOIN performance_schema.threads t ON t.thread_id = l.owner_thread_id"
    )  # fmt: skip
    mode = "l.lock_mode" if mariadb else "l.lock_type"
    from_ = f"{locks} JOIN {PROCESSES} ON p.id = {column} LEFT JOIN {TRANSACTIONS} ON b.trx_mysql_thread_id = p.id"
    old = f"TIMESTAMPDIFF(SECOND, b.trx_started, NOW()) >= {int(seconds)}"
    which = f"p.id NOT IN ({int(session)}, CONNECTION_ID()) AND {old} AND ({places})"
    holds = f"CONCAT({mode}, ' on ', {schema}, '.', {table})"
    text = WHO.format(state=STATE, holds=holds, from_=from_, which=which)
    return Probe(text, "who holds locks", SECONDS) if places else None


def waiting(session: str) -> Probe:
    """A row where a session waits for a metadata lock."""
    return Probe(f"SELECT 1 WHERE {_waits(int(session))}", "what the statement waits for", SECONDS)


def long_ones(session: str, schemas: Iterable[str], seconds: int, dialect: Dialect) -> Probe:
    """Transactions of sessions in these databases, or the current one, that are open for so many seconds."""
    places = ", ".join(quote_string(schema, dialect) for schema in dict.fromkeys(schemas)) or "DATABASE()"
    old = f"TIMESTAMPDIFF(SECOND, b.trx_started, NOW()) >= {int(seconds)}"
    text = WHO.format(
        state=STATE, holds="''", from_=f"{TRANSACTIONS} JOIN {PROCESSES} ON p.id = b.trx_mysql_thread_id",
        which=f"p.id NOT IN ({int(session)}, CONNECTION_ID()) AND p.db IN ({places}) AND {old}",
    )  # fmt: skip
    return Probe(text, "which transactions are open for long", SECONDS)
