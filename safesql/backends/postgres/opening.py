"""Open a session with PostgreSQL, set it up, and learn who answered."""

from __future__ import annotations

from typing import Any, cast

import psycopg

from safesql.backends.contract import Server
from safesql.backends.postgres.conninfo import conninfo
from safesql.backends.postgres.rows import TextOnly
from safesql.backends.postgres.session import PostgresConnection
from safesql.backends.postgres.wire import Wire
from safesql.backends.text import readable
from safesql.backends.trust import cannot_connect
from safesql.errors import CannotConnect, SafesqlError
from safesql.target import Target

WHO = "SELECT pg_is_in_recovery(), pg_backend_pid(), (SELECT system_identifier FROM pg_control_system())"
WHO_BRIEFLY = "SELECT pg_is_in_recovery(), pg_backend_pid(), ''"
"""For roles, and services, that may not read the control file."""


def opened(target: Target) -> PostgresConnection:
    """A session that is ready; raises CannotConnect."""
    try:
        raw = psycopg.connect(
            **cast(dict[str, Any], conninfo(target)), autocommit=True, prepare_threshold=None, context=TextOnly()
        )
    except (psycopg.Error, UnicodeError) as error:
        raise cannot_connect(target, str(error).removeprefix("connection failed: ")) from error
    connection = PostgresConnection(Wire(raw), _unknown(raw))
    try:
        replica, pid, identity = _who(connection)
        pooled = bool(pid) and pid != raw.pgconn.backend_pid
        connection.introduce(replica=replica, identity=identity, pooled=pooled)
        if pooled:
            _has_transactions(connection, target)
        _set_up(connection, target, pooled=pooled)
    except SafesqlError as error:
        connection.close()
        raise error if isinstance(error, CannotConnect) else cannot_connect(target, str(error)) from error
    return connection


def _unknown(raw: psycopg.Connection[Any]) -> Server:
    """What libpq knows without asking."""
    version = readable(raw.pgconn.parameter_status(b"server_version")).partition(" ")[0]
    return Server(
        product=f"PostgreSQL {version}",
        user=readable(raw.pgconn.user),
        database=readable(raw.pgconn.db),
        identity="",
        replica=None,
        encrypted=bool(raw.pgconn.ssl_in_use),
        session=str(raw.pgconn.backend_pid),
    )


def _who(connection: PostgresConnection) -> tuple[bool | None, int, str]:
    """Whether it is a replica, the server process that really answers, and the identity of the cluster."""
    for question in (WHO, WHO_BRIEFLY):
        try:
            replica, pid, identity = connection.ask(question)
        except SafesqlError:
            continue
        return replica == "t", int(str(pid)), str(identity)
    return None, 0, ""


def _has_transactions(connection: PostgresConnection, target: Target) -> None:
    """Nothing is guarded without transactions, which a pooler may forbid: https://www.pgbouncer.org/features.html."""
    try:
        connection.run("BEGIN")
        connection.run("ROLLBACK")
    except SafesqlError as error:
        raise CannotConnect(
            f"{target.label} pools by statement and has no transactions, so no change could be held to its rows "
            f"({error}); name the server itself, or a pool in transaction mode"
        ) from error


def _set_up(connection: PostgresConnection, target: Target, *, pooled: bool) -> None:
    """The target's limits; behind a pooler they would stay with the server process, for whoever gets it next.

    A database that knows no encoding is read as it is: asked for UTF-8, it would refuse the rows that are not.
    """
    if connection.server_encoding == "SQL_ASCII":
        connection.ask("SELECT set_config('client_encoding', 'SQL_ASCII', false)")
    settings = {
        "statement_timeout": _milliseconds(target.statement_timeout),
        "lock_timeout": _milliseconds(target.lock_timeout),
        "idle_in_transaction_session_timeout": _milliseconds(target.idle_in_transaction_timeout),
        "default_transaction_read_only": "on" if target.read_only else "",
    }
    if target.guarded and not pooled:
        settings["lock_timeout"] = _milliseconds(target.limits.lock)
        settings["idle_in_transaction_session_timeout"] = _milliseconds(target.limits.idle)
    wanted = {name: value for name, value in settings.items() if value}
    if wanted and pooled:
        raise CannotConnect(
            f"{target.label} is a connection pooler, where {', '.join(wanted)} would leak into the sessions of others; "
            "name the server itself, or take these settings out of the target"
        )
    if wanted:
        calls = (f"set_config('{name}', '{value}', false)" for name, value in wanted.items())
        connection.ask(f"SELECT {', '.join(calls)}")
    connection.only_reads = target.read_only


def _milliseconds(seconds: float | None) -> str:
    """A time in the server's words; never 0, which would mean no limit."""
    return "" if seconds is None else f"{max(1, round(seconds * 1000))}ms"
