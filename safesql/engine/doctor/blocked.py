"""Who stands in the way of a session: the sessions that it waits for, or that hold what it wants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from safesql.backends.contract import Connection
from safesql.engine.doctor.asking import rows
from safesql.guard.effect import Name
from safesql.guard.verdict import Verdict
from safesql.rewrite.doctor import blockers_mysql, blockers_postgres
from safesql.rewrite.doctor.session import Blocker, blockers_of
from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Family

if TYPE_CHECKING:
    from safesql.guard.locks import Lock

UNTOLD = (
    "who holds the metadata lock is not told by this server (MariaDB tells with INSTALL SONAME 'metadata_lock_info'); "
    "one of these open transactions may"
)


def waited_for(other: Connection, session: str) -> tuple[str, ...]:
    """Whom a session waits for at this moment, asked on another connection; never raises."""
    family = other.dialect.family
    if family is Family.SQLITE or not session.isdecimal():
        return ()
    probes = (blockers_postgres if family is Family.POSTGRES else blockers_mysql).waited_for(session, other.dialect)
    missing = False
    for probe in probes:
        answer = rows(other, probe)
        missing = missing or answer is None
        if answer:
            return tuple(_sentences(blockers_of(answer)))
    if missing and family is Family.MYSQL and _waits_for_definition(other, session):
        return tuple(_possible(other, session))
    return ()


def holding(other: Connection, session: str, tables: tuple[Name, ...], seconds: int) -> tuple[Blocker, ...]:
    """Sessions that hold locks on tables, in transactions older than so many seconds; never raises."""
    return blockers_of(rows(other, _holders(other, session, tables, seconds)) or ())


def _holders(other: Connection, session: str, tables: tuple[Name, ...], seconds: int) -> Probe | None:
    """The question, None for SQLite."""
    family = other.dialect.family
    if family is Family.SQLITE or not session.isdecimal():
        return None
    if family is Family.POSTGRES:
        return blockers_postgres.holders(tables, session, seconds, other.dialect)
    return blockers_mysql.holders(tables, session, seconds, other.dialect)


def open_for_long(connection: Connection, locks: tuple[Lock, ...], seconds: int) -> Iterator[str]:
    """A sentence for each transaction, older than so many seconds, that these locks would wait for; never raises.

    Where MariaDB does not tell who holds metadata locks, every long transaction of the same database may.
    """
    tables = tuple(dict.fromkeys(lock.table for lock in locks if lock.table is not None))
    session = connection.server.session
    probe = _holders(connection, session, tables, seconds) if tables else None
    if probe is None:
        return
    answer = rows(connection, probe)
    if answer is not None:
        yield from (blocker.sentence() for blocker in blockers_of(answer))
    elif connection.dialect.family is Family.MYSQL:
        schemas = [table.parts[-2] for table in tables if len(table.parts) > 1]
        probe = blockers_mysql.long_ones(session, schemas, seconds, connection.dialect)
        for blocker in blockers_of(rows(connection, probe) or ()):
            yield f"{blocker.sentence()}; it may hold the table"


def tables_of(verdict: Verdict) -> tuple[Name, ...]:
    """The tables that a statement locks for more than reading."""
    from safesql.guard.locks import locks_of

    found = locks_of(verdict.statement, verdict.effect)
    return tuple(dict.fromkeys(lock.table for lock in found if lock.table is not None))


def _sentences(blockers: tuple[Blocker, ...]) -> Iterator[str]:
    """One for each."""
    return (f"blocked by {blocker.sentence()}" for blocker in blockers)


def _waits_for_definition(other: Connection, session: str) -> bool:
    """Whether the session waits for a metadata lock."""
    return bool(rows(other, blockers_mysql.waiting(session)))


def _possible(other: Connection, session: str) -> Iterator[str]:
    """All open transactions, where nothing tells which of them it is."""
    found = blockers_of(rows(other, blockers_mysql.open_ones(session, other.dialect)) or ())
    if found:
        yield UNTOLD
        yield from (blocker.sentence() for blocker in found)
