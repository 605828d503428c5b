"""Real servers on which a statement is tried: run, seen what is left, rolled back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol
from uuid import uuid4

import psycopg
import pymysql
from pymysql.constants import CLIENT
from pymysql.cursors import Cursor

from safesql.target import Target
from tests.guard.execution.data import ORDINARY, SETS, definitions, fillings

Left = tuple[int, int]
"""The rows of t and of big that a statement left alone."""
SECONDS = 5           # no statement of this size takes longer, but for one that runs away
LEFT = "(SELECT count(*) FROM t WHERE mark = 0), (SELECT count(*) FROM big WHERE mark = 0)"


class Server(Protocol):
    """Where statements are tried."""

    def tried(self, statements: Sequence[str], sets: Sequence[int] = ORDINARY) -> list[list[Left | None]]:
        """For each statement what it left in each data set; None where the server refused it."""
        ...


class Postgres:
    """Each statement in a block of its own, which its own error rolls back; one round trip for all."""

    TRIAL = """CREATE FUNCTION trial(statement text) RETURNS text LANGUAGE plpgsql AS $$
        BEGIN
            EXECUTE statement;
            RAISE EXCEPTION USING errcode = 'ZZ001', message = concat_ws(' ', {left});
        EXCEPTION WHEN SQLSTATE 'ZZ001' THEN RETURN SQLERRM; WHEN OTHERS THEN RETURN NULL;
        END $$"""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        connection.execute(f"SET statement_timeout = '{SECONDS * 20}s'".encode())
        for number in range(SETS):
            connection.execute(f"CREATE SCHEMA data_{number}".encode())
            connection.execute(f"SET search_path = data_{number}".encode())
            for statement in (*definitions("boolean"), *fillings(number), self.TRIAL.format(left=LEFT)):
                connection.execute(statement.encode())

    def tried(self, statements: Sequence[str], sets: Sequence[int] = ORDINARY) -> list[list[Left | None]]:
        """See Server."""
        found: list[list[Left | None]] = [[] for _ in statements]
        for number in sets:
            self.connection.execute(f"SET search_path = data_{number}".encode())
            rows = self.connection.execute(
                "SELECT trial(s) FROM unnest(%s::text[]) WITH ORDINALITY AS u (s, n) ORDER BY n", [list(statements)]
            )
            for place, (text,) in enumerate(rows):
                found[place].append(_pair(text.split()) if text else None)
        return found


class MariaDB:
    """A procedure runs the statement in a transaction; many calls go in one message."""

    TRIAL = f"""CREATE PROCEDURE trial(statement TEXT CHARACTER SET utf8mb4)
        BEGIN
            DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; SELECT NULL, NULL; END;
            START TRANSACTION;
            EXECUTE IMMEDIATE statement;
            SELECT {LEFT};
            ROLLBACK;
        END"""

    def __init__(self, connection: pymysql.Connection[Cursor], names: Sequence[str]) -> None:
        self.connection, self.names = connection, names
        with connection.cursor() as cursor:
            # a condition that compares a string with a number is an error in strict mode, but no filter less
            cursor.execute(f"SET sql_mode = '', max_statement_time = {SECONDS}")
            for number, name in enumerate(names):
                cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
                cursor.execute(f"USE {name}")
                for statement in (*definitions("boolean"), *fillings(number), self.TRIAL):
                    cursor.execute(statement)

    def tried(self, statements: Sequence[str], sets: Sequence[int] = ORDINARY) -> list[list[Left | None]]:
        """See Server."""
        found: list[list[Left | None]] = [[] for _ in statements]
        with self.connection.cursor() as cursor:
            for number in sets:
                cursor.execute(f"USE {self.names[number]}")
                calls = "; ".join(f"CALL trial({self.connection.escape(each)})" for each in statements)
                cursor.execute(calls)
                for left in found:
                    left.append(_last_rows(cursor))
        return found


def _last_rows(cursor: Cursor) -> Left | None:
    """The last rows of one CALL, which ends in an answer without rows; those before are what RETURNING gave."""
    last: Sequence[object] = (None, None)
    while cursor.description:
        rows = cursor.fetchall()
        last = rows[-1] if rows else last
        cursor.nextset()
    cursor.nextset()
    return _pair(last)


class SQLite:
    """One database in memory for each data set."""

    def __init__(self) -> None:
        self.connections = [sqlite3.connect(":memory:", isolation_level=None) for _ in range(SETS)]
        for number, connection in enumerate(self.connections):
            for statement in (*definitions("boolean"), *fillings(number)):
                connection.execute(statement)

    def tried(self, statements: Sequence[str], sets: Sequence[int] = ORDINARY) -> list[list[Left | None]]:
        """See Server."""
        return [[self._left(self.connections[number], each) for number in sets] for each in statements]

    def _left(self, connection: sqlite3.Connection, statement: str) -> Left | None:
        connection.execute("BEGIN")
        try:
            connection.execute(statement).fetchall()
            return _pair(connection.execute(f"SELECT {LEFT}").fetchone())
        except (sqlite3.Error, sqlite3.Warning):
            return None
        finally:
            connection.execute("ROLLBACK")


def _pair(found: Sequence[object]) -> Left | None:
    """Two numbers of rows."""
    if found[0] is None:
        return None
    return int(str(found[0])), int(str(found[1]))


@contextmanager
def postgres(server: Target) -> Iterator[Server]:
    """A database of its own, dropped afterwards."""
    name = f"safesql_{uuid4().hex}"
    place = f"host={server.host} port={server.port} user={server.user}"
    with psycopg.connect(f"{place} dbname={server.database}", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}".encode())
        try:
            with psycopg.connect(f"{place} dbname={name}", autocommit=True) as connection:
                yield Postgres(connection)
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@contextmanager
def mariadb(server: Target) -> Iterator[Server]:
    """A database of its own for each data set, dropped afterwards."""
    names = [f"safesql_{uuid4().hex}" for _ in range(SETS)]
    connection = pymysql.connect(
        host=server.host, port=server.port or 3306, user=server.user, autocommit=True, charset="utf8mb4",
        client_flag=CLIENT.MULTI_STATEMENTS,
    )
    with connection:
        try:
            yield MariaDB(connection, names)
        finally:
            with connection.cursor() as cursor:
                for name in names:
                    cursor.execute(f"DROP DATABASE IF EXISTS {name}")


@contextmanager
def sqlite() -> Iterator[Server]:
    """Databases in memory."""
    yield SQLite()
