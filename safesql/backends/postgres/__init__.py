"""PostgreSQL through libpq, as psycopg wraps it: the extended protocol only, values as the server prints them."""

from __future__ import annotations

from safesql.backends.contract import Connection
from safesql.target import Target


def connect(target: Target) -> Connection:
    """Open a session; raises CannotConnect."""
    from safesql.backends.postgres.opening import opened

    return opened(target)
