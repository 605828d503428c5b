"""A query of which somebody may want only the first rows: how it can be stopped without ending a transaction.

A query that is cancelled makes an open transaction of PostgreSQL fail; a savepoint before it keeps that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from safesql.backends.contract import Connection, Transaction
from safesql.backends.loss import only_reads
from safesql.guard.verdict import Clearance
from safesql.sql.dialect import Family

T = TypeVar("T")

QUERIES = frozenset({"SELECT", "COPY TO"})


def skimmed(connection: Connection, clearance: Clearance, run: Callable[[], T]) -> T:
    """What ``run`` returns; a failure makes the transaction fail, as it would without us."""
    effect = clearance.verdict.effect
    inside = connection.transaction is Transaction.OPEN and connection.dialect.family is Family.POSTGRES
    if not inside or effect.verb not in QUERIES or not only_reads(effect):
        return run()
    connection.savepoint()
    try:
        return run()
    finally:
        if connection.transaction is Transaction.OPEN:
            connection.release()
