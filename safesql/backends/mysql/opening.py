"""Open a session with MySQL or MariaDB, set it up, and learn who answered."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pymysql
from pymysql.constants import CLIENT

from safesql.backends.contract import Server
from safesql.backends.mysql.modes import product_of
from safesql.backends.mysql.session import MysqlConnection
from safesql.backends.mysql.wire import Wire
from safesql.backends.trust import VERIFIED, authority, cannot_connect, tls_mode
from safesql.errors import CannotConnect, SafesqlError
from safesql.rewrite.role import ABOUT, cluster_probe, identity_of, node_of, replica_of, told
from safesql.target import Target

PORT = 3306


def opened(target: Target, renewed: Callable[[], Target]) -> MysqlConnection:
    """A session that is ready; raises CannotConnect. ``renewed`` is the target with a newer password."""
    driver = _driver(target)
    connection = MysqlConnection(Wire(driver), _first_sight(driver, target), lambda: _killed(target, driver, renewed))
    try:
        _set_up(connection, target)
        user, database = connection.ask_all("SELECT current_user(), database()")[0]
        about = _asked(connection)
        connection.introduce(_known(about, str(user), str(database or ""), connection.server))
    except SafesqlError as error:
        connection.close()
        raise cannot_connect(target, str(error)) from error
    return connection


def _asked(connection: MysqlConnection) -> dict[str, str]:
    """What the server says about itself; reads on a node of Galera then wait for what other nodes committed before.

    https://mariadb.com/kb/en/galera-cluster-system-variables/#wsrep_sync_wait
    """
    about = told(connection.ask_all(f"SHOW GLOBAL VARIABLES WHERE Variable_name IN {ABOUT}"))
    cluster = cluster_probe(about)
    if cluster is not None:
        about |= told(connection.ask_all(cluster.text))
        connection.run("SET SESSION wsrep_sync_wait = @@wsrep_sync_wait | 1")
    return about


def _driver(target: Target, seconds: float | None = None) -> Any:
    """PyMySQL's connection, logged in; every step of the login must be answered in time."""
    wait = target.connect_timeout if seconds is None else seconds
    try:
        driver: Any = pymysql.connect(**_arguments(target, wait), defer_connect=True)
        if tls_mode(target) == "prefer":
            driver._ssl_required = False                   # a context that is given means a link that must be encrypted
        driver.connect(socket.create_connection(("127.0.0.1", target.via), wait) if target.via else None)
    except (pymysql.Error, OSError, ValueError, RuntimeError) as error:
        words = error.args[1] if isinstance(error, pymysql.Error) and len(error.args) > 1 else error
        raise cannot_connect(target, str(words)) from error
    driver._read_timeout = driver._write_timeout = None
    driver._current_timeout = None
    driver._sock.settimeout(None)
    return driver


def _arguments(target: Target, wait: float) -> dict[str, Any]:
    """What PyMySQL is told: matched rows are counted, no files are sent, one statement in a message."""
    refused = {} if target.socket or tls_mode(target) in VERIFIED else dict.fromkeys(CLEAR, _ClearPassword)
    return {
        "host": target.host or "localhost",
        "port": target.port or PORT,
        "user": target.user or None,
        "password": (target.password or "").encode(),
        "database": target.database or None,
        "unix_socket": target.socket or None,
        "charset": "utf8mb4",
        "autocommit": True,
        "client_flag": CLIENT.FOUND_ROWS | CLIENT.SESSION_TRACK,
        "connect_timeout": wait,
        "read_timeout": wait,
        "write_timeout": wait,
        "local_infile": False,
        "program_name": "safesql",
        "auth_plugin_map": refused,
        **tls_of(target),
    }


def tls_of(target: Target) -> Mapping[str, Any]:
    """A context of our own: PyMySQL's arguments verify nothing when only an authority is given.

    Raises CannotConnect for a file of authorities that cannot be used.
    """
    mode = tls_mode(target)
    if target.socket or mode == "disable":
        return {"ssl_disabled": True}
    if mode == "prefer":
        return {"ssl": _unproven()}
    try:
        context = ssl.create_default_context(cafile=authority(target.tls_ca, Path.home()) or None)
    except (OSError, ssl.SSLError) as error:
        raise cannot_connect(target, f"the file of tls_ca cannot be used: {error}") from error
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT      # authorities that MySQL makes by itself are not strict
    context.check_hostname = mode == "verify-full"
    context.verify_mode = ssl.CERT_REQUIRED if mode in VERIFIED else ssl.CERT_NONE
    return {"ssl": context}


def _unproven() -> ssl.SSLContext:
    """For a server that need not prove who it is; PyMySQL's own would read all authorities of the system for that."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


CLEAR = ("mysql_clear_password", "dialog", "mysql_old_password")
"""Ways to log in that give the password to whoever asks for it."""


class _ClearPassword:
    """Stands in for these ways where the server has not proved who it is."""

    def __init__(self, driver: object) -> None:
        """PyMySQL hands over its connection."""

    def authenticate(self, _packet: object) -> None:
        """Refuse."""
        raise CannotConnect(
            "the server asks for the password in clear text and has not proved who it is; connect with tls=verify-full"
        )


def _killed(target: Target, driver: Any, renewed: Callable[[], Target]) -> None:
    """Stop what a session runs, over a second connection; https://mariadb.com/kb/en/kill/."""
    wait = min(5.0, target.connect_timeout)
    try:
        helper = _driver(target, wait)
    except CannotConnect as error:
        if not error.wrong_password:
            raise
        helper = _driver(renewed(), wait)
    try:
        helper.query(f"KILL QUERY {driver.thread_id():d}")
    finally:
        helper.close()


def _first_sight(driver: Any, target: Target) -> Server:
    """What the greeting says."""
    version = str(driver.server_version)
    return Server(
        product=product_of(version),
        user=target.user,
        database=target.database,
        identity="",
        replica=None,
        encrypted=isinstance(driver._sock, ssl.SSLSocket),
        session=str(driver.thread_id()),
    )


def _known(about: dict[str, str], user: str, database: str, seen: Server) -> Server:
    """What the server says about itself."""
    return Server(
        product=product_of(about["version"]) if about.get("version") else seen.product,
        user=user,
        database=database,
        identity=identity_of(about),
        replica=replica_of(about),
        encrypted=seen.encrypted,
        session=seen.session,
        node=node_of(about) if identity_of(about) != node_of(about) else "",
    )


def _set_up(connection: MysqlConnection, target: Target) -> None:
    """Reports of changed settings where the server can give them, then the target's limits."""
    try:
        connection.track(read_only=target.read_only)
    except SafesqlError:
        connection.tracked = ""
    connection.read_modes()
    mariadb = connection.dialect.name == "mariadb"
    for text in _settings(target, mariadb=mariadb):
        connection.run(text)
    if mariadb and target.limits.idle is not None:
        _leave_no_transaction(connection, target)
    connection.only_reads = target.read_only


def _leave_no_transaction(connection: MysqlConnection, target: Target) -> None:
    """MariaDB, from 10.3 on, ends a session that sits in a transaction; MySQL has nothing like it.

    https://mariadb.com/kb/en/transaction-timeouts/
    """
    try:
        connection.run(f"SET SESSION idle_transaction_timeout = {max(1, round(target.limits.idle or 0))}")
    except SafesqlError:
        if target.idle_in_transaction_timeout is not None:
            raise


def _settings(target: Target, *, mariadb: bool) -> list[str]:
    """The target's limits in the words of this server; MySQL limits only what reads."""
    settings = []
    if target.statement_timeout is not None:
        limit = f"max_statement_time = {max(0.001, target.statement_timeout):.3f}"
        settings.append(limit if mariadb else f"max_execution_time = {max(1, round(target.statement_timeout * 1000))}")
    if target.limits.lock is not None:
        seconds = max(1, round(target.limits.lock))
        settings += [f"innodb_lock_wait_timeout = {seconds}", f"lock_wait_timeout = {seconds}"]
    texts = [f"SET SESSION {', '.join(settings)}"] if settings else []
    return [*texts, "SET SESSION TRANSACTION READ ONLY"] if target.read_only else texts


