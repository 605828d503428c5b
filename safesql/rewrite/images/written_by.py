"""Rows by the transaction that wrote them: what a statement of PostgreSQL added, however it found keys for it.

A statement inside a savepoint writes under a number of its own. The numbers that a session holds are among its locks.
https://www.postgresql.org/docs/current/ddl-system-columns.html, .../view-pg-locks.html
"""

from __future__ import annotations

from collections.abc import Iterable

from safesql.rewrite.images.shape import Shape
from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_string

SECONDS = 5.0
LARGEST = 1 << 30          # bytes of a table that is read as a whole, about a second's work
QUICK = 1 << 26            # and of one that only gets new rows, for which nobody should wait


def told(dialect: Dialect) -> bool:
    """Whether the server tells of each row which transaction wrote it."""
    return dialect.family is Family.POSTGRES


def numbers_held() -> Probe:
    """Rows of one number: the transaction and its savepoints that wrote something and are not over."""
    return Probe(
        "SELECT l.transactionid::text FROM pg_catalog.pg_locks l WHERE l.locktype = 'transactionid' AND l.granted "
        "AND l.mode = 'ExclusiveLock' AND l.pid = pg_catalog.pg_backend_pid()",
        "the numbers of the transaction and its savepoints",
    )


def written_by(numbers: Iterable[str]) -> str:
    """The condition for rows that these transactions wrote."""
    listed = ", ".join(f"'{int(number)}'" for number in numbers)
    return f"xmin = ANY (ARRAY[{listed}]::pg_catalog.xid[])"


def size(shape: Shape, dialect: Dialect) -> Probe:
    """One number: the bytes of a table with its partitions, which have to be read to find such rows."""
    table = f"pg_catalog.to_regclass({quote_string(shape.quoted(dialect), dialect)})"
    return Probe(
        f"SELECT greatest(pg_catalog.pg_relation_size({table}), (SELECT sum(pg_catalog.pg_relation_size(p.relid)) "
        f"FROM pg_catalog.pg_partition_tree({table}) p))::bigint",
        f"the size of {shape.name}",
        SECONDS,
    )
