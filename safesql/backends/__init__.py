"""Drivers: one package for each family of servers; a new one is a package here and a line in ``BACKENDS``."""

from __future__ import annotations

from collections.abc import Callable

from safesql.backends.contract import Connection
from safesql.errors import UsageError
from safesql.target import Target


def connect(target: Target) -> Connection:
    """Open a session; raises CannotConnect, and UsageError for a backend that is not in ``BACKENDS``."""
    backend = BACKENDS.get(target.backend)
    if backend is None:
        raise UsageError(f"{target.backend!r} is no kind of server; there are {', '.join(sorted(BACKENDS))}")
    return backend(target)


def _postgres(target: Target) -> Connection:
    """PostgreSQL, by psycopg; nobody else loads it."""
    from safesql.backends import postgres

    return postgres.connect(target)


def _mysql(target: Target) -> Connection:
    """MySQL and MariaDB, by PyMySQL; nobody else loads it."""
    from safesql.backends import mysql

    return mysql.connect(target)


def _sqlite(target: Target) -> Connection:
    """SQLite, by the standard library."""
    from safesql.backends import sqlite

    return sqlite.connect(target)


BACKENDS: dict[str, Callable[[Target], Connection]] = {
    "postgres": _postgres,
    "mysql": _mysql,
    "sqlite": _sqlite,
}
