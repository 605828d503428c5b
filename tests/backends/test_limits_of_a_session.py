"""A session of a guarded environment waits for no lock for long and leaves no transaction open; said limits count."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest

from safesql.backends import connect
from safesql.backends.contract import Connection
from safesql.rewrite.probe import Probe
from safesql.target import Target

POSTGRES = "SELECT current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout')"
MARIADB = "SELECT @@innodb_lock_wait_timeout, @@lock_wait_timeout, @@idle_transaction_timeout"


def limits(connection: Connection, text: str) -> tuple[str, ...]:
    """The session's settings, in the server's words."""
    (row,) = connection.query(Probe(text, "the limits")).rows()
    return tuple(str(cell) for cell in row)


@pytest.mark.parametrize(("given", "set_"), [
    ({}, ("0", "0")),
    ({"guarded": True}, ("10s", "15min")),
    ({"guarded": True, "lock_timeout": 3.0, "idle_in_transaction_timeout": 60.0}, ("3s", "1min")),
    ({"idle_in_transaction_timeout": 30.0}, ("0", "30s")),
])  # fmt: skip
def test_the_limits_of_postgres(postgres_server: Target, given: dict[str, float], set_: tuple[str, ...]) -> None:
    with closing(connect(replace(postgres_server, **given))) as connection:  # type: ignore[arg-type]
        assert limits(connection, POSTGRES) == set_


@pytest.mark.parametrize(("given", "set_"), [
    ({"guarded": True}, ("10", "10", "900")),
    ({"guarded": True, "lock_timeout": 3.0, "idle_in_transaction_timeout": 60.0}, ("3", "3", "60")),
])  # fmt: skip
def test_the_limits_of_mariadb(mariadb_server: Target, given: dict[str, float], set_: tuple[str, ...]) -> None:
    with closing(connect(replace(mariadb_server, **given))) as connection:  # type: ignore[arg-type]
        assert limits(connection, MARIADB) == set_
