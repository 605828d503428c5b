"""Drivers: one package for each family of servers; a new one is a package here and a line in ``BACKENDS``."""

from __future__ import annotations

from collections.abc import Callable

from safesql.backends.contract import Connection
from safesql.errors import UsageError
from safesql.target import Target

Renewed = Callable[[], Target]


def connect(target: Target, renewed: Renewed | None = None) -> Connection:
    """Open a session; raises CannotConnect, and UsageError for a backend that is not in ``BACKENDS``.

    ``renewed`` gives the target with a newer password, for when the one there was is no longer taken while the
    session lasts: MySQL is told to stop a statement over a connection of its own.
    """
    backend = BACKENDS.get(target.backend)
    if backend is None:
        raise UsageError(f"{target.backend!r} is no kind of server; there are {', '.join(sorted(BACKENDS))}")
    return backend(target, renewed or (lambda: target))


def _postgres(target: Target, _renewed: Renewed) -> Connection:
    """PostgreSQL, by psycopg; nobody else loads it."""
    from safesql.backends import postgres

    return postgres.connect(target)


def _mysql(target: Target, renewed: Renewed) -> Connection:
    """MySQL and MariaDB, by PyMySQL; nobody else loads it."""
    from safesql.backends import mysql

    return mysql.connect(target, renewed)


def _sqlite(target: Target, _renewed: Renewed) -> Connection:
    """SQLite, by the standard library."""
    from safesql.backends import sqlite

    return sqlite.connect(target)


BACKENDS: dict[str, Callable[[Target, Renewed], Connection]] = {
    "postgres": _postgres,
    "mysql": _mysql,
    "sqlite": _sqlite,
}
