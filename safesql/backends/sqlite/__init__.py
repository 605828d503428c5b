"""SQLite through the standard library's module."""

from __future__ import annotations

from safesql.backends.contract import Connection
from safesql.target import Target


def connect(target: Target) -> Connection:
    """Open the file; raises CannotConnect."""
    from safesql.backends.sqlite.opening import opened
    from safesql.backends.sqlite.session import SqliteConnection

    return SqliteConnection(opened(target), target)
