"""MySQL and MariaDB through PyMySQL, whose login and TLS are used; results are read here, as text and row by row."""

from __future__ import annotations

from collections.abc import Callable

from safesql.backends.contract import Connection
from safesql.target import Target


def connect(target: Target, renewed: Callable[[], Target]) -> Connection:
    """Open a session; ``renewed`` is the target with a newer password. Raises CannotConnect."""
    from safesql.backends.mysql.opening import opened

    return opened(target, renewed)
