"""A statement that fails says who was in the way, and what the server remembers of it; on the real servers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from subprocess import PIPE, Popen
from sys import executable
from threading import Thread
from time import monotonic, sleep

import psycopg
import pymysql
import pytest

from safesql.backends import connect
from safesql.config.profile import Profile
from safesql.engine.session import Session
from safesql.engine.submit import submit
from safesql.errors import StatementFailed
from safesql.guard.action import Environment
from safesql.guard.policy import Policy
from safesql.result import Result
from safesql.sql.splitter import split
from safesql.sql.statement import Statement
from safesql.store.audit import AuditLog
from safesql.target import Target

HARMLESS = Policy(environment=Environment.DEVELOPMENT)


@contextmanager
def session_of(target: Target, audit: AuditLog, lock_timeout: float | None = 0.6) -> Iterator[Session]:
    """A session that waits for locks so many seconds, and may open a second connection."""
    target = replace(target, lock_timeout=lock_timeout)
    with closing(connect(target)) as connection:
        profile = Profile("test", target, HARMLESS)
        yield Session(connection, profile, audit, another=lambda: connect(replace(target, read_only=True)))


def run(session: Session, *texts: str) -> None:
    """Each in turn."""
    for text in texts:
        for piece in split(f"{text};", session.connection.dialect):
            assert isinstance(piece, Statement)
            submit(session, piece, _unseen)


def failing(session: Session, text: str) -> StatementFailed:
    """How a statement fails."""
    with pytest.raises(StatementFailed) as raised:
        run(session, text)
    return raised.value


def _unseen(result: Result) -> int:
    return sum(len(chunk) for chunk in result)


@pytest.fixture
def postgres_other(postgres_target: Target) -> Iterator[psycopg.Connection[tuple[str]]]:
    """Somebody else's session."""
    with psycopg.connect(host=postgres_target.host, port=postgres_target.port, user=postgres_target.user,
                         dbname=postgres_target.database, application_name="nightly report") as other:
        yield other
        other.rollback()


@pytest.fixture
def mariadb_other(mariadb_target: Target) -> Iterator[pymysql.connections.Connection[pymysql.cursors.Cursor]]:
    """Somebody else's session."""
    with closing(pymysql.connect(host=mariadb_target.host, port=mariadb_target.port or 3306, user=mariadb_target.user,
                                 database=mariadb_target.database)) as other:
        yield other


def test_the_session_that_holds_the_table_is_named(
    postgres_target: Target, postgres_other: psycopg.Connection[tuple[str]], audit: AuditLog
) -> None:
    with session_of(postgres_target, audit) as session:
        run(session, "CREATE TABLE orders (id int)")
        postgres_other.execute("SELECT count(*) FROM orders")
        error = failing(session, "ALTER TABLE orders ADD COLUMN note text")
        (found,) = error.found
    assert error.code == "55P03"
    pid = postgres_other.info.backend_pid
    assert found.startswith(f"blocked by session {pid} (postgres@127.0.0.1, nightly report) holds ACCESS SHARE on orders")
    assert "idle in transaction" in found
    assert "SELECT count(*) FROM orders" in found


def test_who_holds_a_row_is_named_even_where_nobody_looked_in_time(
    postgres_target: Target, postgres_other: psycopg.Connection[tuple[str]], audit: AuditLog
) -> None:
    with session_of(postgres_target, audit, None) as session:
        run(session, "CREATE TABLE orders (id int)", "INSERT INTO orders VALUES (1)", "SET lock_timeout = '100ms'")
        postgres_other.execute("UPDATE orders SET id = 2")
        error = failing(session, "DELETE FROM orders WHERE id = 1")
    assert "may have been blocked by session" in error.found[0]
    assert "ROW EXCLUSIVE on orders" in error.found[0]


def test_the_other_side_of_a_deadlock_is_named(
    postgres_target: Target, postgres_other: psycopg.Connection[tuple[str]], audit: AuditLog
) -> None:
    with session_of(postgres_target, audit, None) as session:
        run(session, "CREATE TABLE t (id int)", "INSERT INTO t VALUES (1), (2)", "BEGIN", "UPDATE t SET id = 1 WHERE id = 1")
        postgres_other.execute("SET deadlock_timeout = '10s'")
        postgres_other.execute("UPDATE t SET id = 2 WHERE id = 2")
        waiting = Thread(target=postgres_other.execute, args=["UPDATE t SET id = 1 WHERE id = 1"])
        waiting.start()
        sleep(0.3)
        error = failing(session, "UPDATE t SET id = 2 WHERE id = 2")
        waiting.join()
    assert error.code == "40P01"
    assert error.found[0].startswith(f"the other side: session {postgres_other.info.backend_pid}")


def test_constraint_and_table_are_named(postgres_target: Target, audit: AuditLog) -> None:
    with session_of(postgres_target, audit) as session:
        run(session, "CREATE TABLE t (id int CONSTRAINT positive CHECK (id > 0))")
        assert failing(session, "INSERT INTO t VALUES (-1)").about == "constraint positive of table public.t"


def test_the_transaction_that_holds_a_row_of_mariadb_is_named(
    mariadb_target: Target, mariadb_other: pymysql.connections.Connection[pymysql.cursors.Cursor], audit: AuditLog
) -> None:
    with session_of(mariadb_target, audit, 1.0) as session, mariadb_other.cursor() as cursor:
        run(session, "CREATE TABLE orders (id int PRIMARY KEY)", "INSERT INTO orders VALUES (1)")
        cursor.execute("BEGIN")
        cursor.execute("UPDATE orders SET id = 1 WHERE id = 1")
        cursor.execute("DELETE FROM orders WHERE id = 1")
        error = failing(session, "UPDATE orders SET id = 3 WHERE id = 1")
        found = error.found[-1]
    assert "1205" in str(error)
    assert found.startswith(f"blocked by session {mariadb_other.thread_id()} (root@")  # type: ignore[no-untyped-call]
    assert f"row lock X on {mariadb_target.database}.orders" in found
    assert ", idle for" in found


def test_who_may_hold_a_metadata_lock_is_named(
    mariadb_target: Target, mariadb_other: pymysql.connections.Connection[pymysql.cursors.Cursor], audit: AuditLog
) -> None:
    with session_of(mariadb_target, audit, 1.0) as session, mariadb_other.cursor() as cursor:
        run(session, "CREATE TABLE orders (id int PRIMARY KEY)")
        cursor.execute("BEGIN")
        cursor.execute("SELECT * FROM orders")
        error = failing(session, "ALTER TABLE orders ADD COLUMN note text")
    assert any(f"session {mariadb_other.thread_id()} (root@" in line for line in error.found), error.found  # type: ignore[no-untyped-call]


def test_the_deadlock_report_of_this_very_deadlock_is_shown(
    mariadb_target: Target, mariadb_other: pymysql.connections.Connection[pymysql.cursors.Cursor], audit: AuditLog
) -> None:
    with session_of(mariadb_target, audit, None) as session, mariadb_other.cursor() as cursor:
        run(session, "CREATE TABLE t (id int PRIMARY KEY, n int)", "INSERT INTO t VALUES (1, 1), (2, 2)")
        run(session, "BEGIN", "UPDATE t SET n = 1 WHERE id = 1")
        cursor.execute("BEGIN")
        cursor.execute("INSERT INTO t SELECT seq, seq FROM seq_100_to_500")
        cursor.execute("UPDATE t SET n = 2 WHERE id = 2")
        waiting = Thread(target=cursor.execute, args=["UPDATE t SET n = 3 WHERE id = 1"])
        waiting.start()
        sleep(0.5)
        error = failing(session, "UPDATE t SET n = 4 WHERE id = 2")
        waiting.join()
        mariadb_other.rollback()
    told = "\n".join(error.found)
    assert "latest detected deadlock" in told
    assert "UPDATE t SET n = 3 WHERE id = 1" in told
    assert "UPDATE t SET n = 4 WHERE id = 2" in told


@pytest.mark.parametrize(("refused", "differs"), [
    ("CREATE TABLE c (pid int, FOREIGN KEY (pid) REFERENCES p (id))", "int is not int(10) unsigned"),
    ("ALTER TABLE d ADD FOREIGN KEY (code) REFERENCES p (code)", "character set utf8mb4 is not latin1"),
])  # fmt: skip
def test_both_columns_of_a_refused_key_are_shown_and_the_differing_one_is_marked(
    mariadb_target: Target, audit: AuditLog, refused: str, differs: str
) -> None:
    with session_of(mariadb_target, audit) as session:
        run(
            session, "CREATE TABLE p (id int unsigned PRIMARY KEY, code varchar(10) CHARACTER SET latin1 UNIQUE)",
            "CREATE TABLE d (code varchar(10))",
        )  # fmt: skip
        error = failing(session, refused)
    told = "\n".join(error.found)
    assert differs in told
    assert "<-- differs" in told
    assert "Warning 150: " in error.context
    assert "latest foreign key error" in told


def test_a_key_that_postgres_refuses_is_explained(postgres_target: Target, audit: AuditLog) -> None:
    with session_of(postgres_target, audit) as session:
        run(session, "CREATE TABLE p (id text PRIMARY KEY, n int)", "CREATE TABLE c (pid int)")
        error = failing(session, "ALTER TABLE c ADD FOREIGN KEY (pid) REFERENCES p (id)")
        assert "integer cannot be compared with text" in error.found[0]
        assert "  c.pid integer  <-- differs" in error.found
        error = failing(session, "ALTER TABLE c ADD FOREIGN KEY (pid) REFERENCES p (n)")
        assert "no unique constraint is on exactly these columns of p, which has p_pkey (id)" in error.found[0]


HOLDER = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('BEGIN IMMEDIATE'); print('held', flush=True); input()"


def test_the_process_that_holds_a_sqlite_file_is_named(sqlite_target: Target, sqlite_path: Path, audit: AuditLog) -> None:
    with closing(sqlite3.connect(sqlite_path)) as made:
        made.execute("CREATE TABLE t (a int)")
    command = [executable, "-c", HOLDER, str(sqlite_path)]
    with session_of(sqlite_target, audit) as session, Popen(command, stdin=PIPE, stdout=PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline()
        try:
            error = failing(session, "INSERT INTO t VALUES (1)")
        finally:
            holder.communicate(b"\n")
    assert error.found[0].startswith(f"process {holder.pid} (")
    assert "holds the file for" in error.found[0]


def test_quick_statements_are_not_kept_waiting_by_the_watcher(postgres_target: Target, audit: AuditLog) -> None:
    with session_of(postgres_target, audit) as session:
        run(session, "CREATE TABLE t (a int)")
        started = monotonic()
        run(session, *["INSERT INTO t VALUES (1)"] * 50)
    assert monotonic() - started < 5.0
