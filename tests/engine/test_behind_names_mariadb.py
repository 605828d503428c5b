"""What stands behind names in MariaDB, on a real server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pymysql
import pytest
from pymysql.cursors import Cursor

from safesql.backends import connect
from safesql.engine.session import Session
from safesql.store.audit import AuditLog
from safesql.target import Target
from tests.engine.names_behind import Case, said, send, statement_of, verdict, wrong
from tests.engine.recorder import session_on

SCHEMA = (
    "CREATE TABLE kept (id INT PRIMARY KEY, u INT)",
    "CREATE TABLE orders (id INT PRIMARY KEY, note TEXT, seen DATETIME)",
    "CREATE TABLE items (id INT PRIMARY KEY, order_id INT, "
    "FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE ON UPDATE CASCADE)",
    "CREATE TABLE audit (what TEXT)",
    "CREATE TABLE watched (id INT PRIMARY KEY)",
    "CREATE TABLE `od``d ' \"t` (id INT)",
    "CREATE PROCEDURE clear_all() BEGIN DELETE FROM kept; END",
    "CREATE PROCEDURE tidy(a INT) BEGIN DECLARE n INT DEFAULT 0; SELECT count(*) INTO n FROM kept; "
    "SET n = n + 1; INSERT INTO audit VALUES (concat('tidy', n)); DELETE FROM kept WHERE id = a; END",
    "CREATE PROCEDURE calls() BEGIN CALL clear_all(); END",
    "CREATE PROCEDURE again(n INT) BEGIN IF n > 0 THEN CALL again(n - 1); END IF; END",
    "CREATE PROCEDURE own_table() BEGIN CREATE TEMPORARY TABLE scratch (a INT); DELETE FROM scratch; "
    "DROP TEMPORARY TABLE scratch; END",
    "CREATE PROCEDURE computed(t TEXT) BEGIN EXECUTE IMMEDIATE concat('DELETE FROM ', t); END",
    "CREATE FUNCTION wipe() RETURNS INT BEGIN DELETE FROM kept; RETURN 1; END",
    "CREATE FUNCTION picked(a INT) RETURNS INT DETERMINISTIC RETURN a + 1",
    "CREATE FUNCTION version() RETURNS INT BEGIN DELETE FROM kept; RETURN 1; END",
    "CREATE TRIGGER stamps BEFORE INSERT ON orders FOR EACH ROW SET NEW.seen = NOW()",
    "CREATE TRIGGER logs AFTER UPDATE ON orders FOR EACH ROW INSERT INTO audit VALUES (OLD.id)",
    "CREATE TRIGGER bounded AFTER DELETE ON orders FOR EACH ROW "
    "BEGIN INSERT INTO audit VALUES (OLD.id); DELETE FROM kept WHERE u = OLD.id + 100; END",
    "CREATE TRIGGER refuses BEFORE DELETE ON orders FOR EACH ROW "
    "BEGIN IF OLD.id = 5 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no'; END IF; END",
    "CREATE TRIGGER on_items AFTER DELETE ON items FOR EACH ROW DELETE FROM kept",
    "CREATE TRIGGER `o``d'd` AFTER INSERT ON watched FOR EACH ROW DELETE FROM kept",
    "CREATE TRIGGER odd AFTER DELETE ON `od``d ' \"t` FOR EACH ROW DELETE FROM kept",
    "CREATE VIEW seen AS SELECT id, note FROM orders WHERE id > 0",
    "CREATE VIEW over_watched AS SELECT id FROM watched",
    "INSERT INTO kept SELECT seq, seq FROM seq_1_to_3",
    "INSERT INTO orders (id) SELECT seq FROM seq_1_to_9",
    "INSERT INTO items SELECT seq, seq FROM seq_1_to_9",
    "INSERT INTO `od``d ' \"t` VALUES (1)",
)
GOES = "every row of kept goes"
CASES: list[Case] = [
    ("CALL clear_all()", f"clear_all(): {GOES}"),
    ("CALL CLEAR_ALL", f"clear_all(): {GOES}"),
    ("CALL calls()", f"calls() → clear_all(): {GOES}"),
    ("CALL tidy(77)", ""),
    ("CALL again(0)", ""),
    ("CALL own_table()", ""),
    ("CALL computed('kept')", "put together at run time"),
    ("SELECT wipe()", f"wipe(): {GOES}"),
    ("SELECT `wipe`()", f"wipe(): {GOES}"),
    ("SELECT * FROM orders WHERE id = wipe()", f"wipe(): {GOES}"),
    ("INSERT INTO orders (id) VALUES (wipe() + 70)", f"wipe(): {GOES}"),
    ("UPDATE orders SET note = 'x' WHERE id = wipe()", f"wipe(): {GOES}"),
    ("SET @x = wipe()", f"wipe(): {GOES}"),
    ("DO wipe()", f"wipe(): {GOES}"),
    ("SELECT picked(id), lower(note), count(*) FROM orders GROUP BY id", ""),
    ("SELECT version()", ""),
    ("INSERT INTO orders (id, note) VALUES (50, 'x')", ""),
    ("UPDATE orders SET note = 'y' WHERE id = 1", ""),
    ("DELETE FROM orders WHERE id = 9", ""),
    ("DELETE FROM items WHERE id = 1", f"trigger on_items: {GOES}"),
    ("INSERT INTO watched VALUES (1)", f"trigger o`d'd: {GOES}"),
    ("REPLACE INTO watched VALUES (1)", f"trigger o`d'd: {GOES}"),
    ("INSERT INTO watched SELECT id FROM orders WHERE id = 3", f"trigger o`d'd: {GOES}"),
    ("DELETE FROM `od``d ' \"t` WHERE id = 1", f"trigger odd: {GOES}"),
    ("UPDATE seen SET note = 'v' WHERE id = 2", ""),
    ("INSERT INTO over_watched VALUES (3)", f"view over_watched → trigger o`d'd: {GOES}"),
]


@pytest.fixture
def admin(mariadb_target: Target) -> Iterator[pymysql.Connection[Cursor]]:
    with closing(pymysql.connect(host=mariadb_target.host, port=mariadb_target.port or 3306, user=mariadb_target.user,
                                 database=mariadb_target.database, autocommit=True)) as connection:
        for text in SCHEMA:
            _run(connection, text)
        yield connection


@pytest.fixture
def session(mariadb_target: Target, admin: pymysql.Connection[Cursor], audit: AuditLog) -> Iterator[Session]:
    del admin
    connection = connect(mariadb_target)
    yield session_on(connection, audit)
    connection.close()


def _run(connection: pymysql.Connection[Cursor], text: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(text)
        row = cursor.fetchone()
        return int(row[0]) if row and str(row[0]).isdecimal() else 0


def test_each_verdict_is_what_executing_it_shows(session: Session, admin: pymysql.Connection[Cursor]) -> None:
    def kept() -> int:
        return _run(admin, "SELECT count(*) FROM kept")

    def unguarded(text: str) -> int:
        admin.begin()
        _run(admin, text)
        left = kept()
        admin.rollback()
        return left

    assert not wrong(session, CASES, kept, unguarded)


def test_a_question_names_the_tables_that_foreign_keys_reach(session: Session) -> None:
    assert "ON DELETE CASCADE takes rows of" in said(session, "DELETE FROM orders")
    assert "items too" in said(session, "DELETE FROM orders")
    assert "ON UPDATE CASCADE changes rows of" in said(session, "UPDATE orders SET id = id + 1")


def test_a_stored_function_of_a_natives_name_counts_where_it_is_meant(session: Session) -> None:
    assert not said(session, "SELECT version()")
    assert GOES in said(session, f"SELECT {session.connection.server.database}.version()")


def test_names_in_a_body_are_those_of_its_own_database(
    session: Session, admin: pymysql.Connection[Cursor], mariadb_target: Target
) -> None:
    other = f"{mariadb_target.database[:40]}_o"
    _run(admin, f"CREATE DATABASE {other}")
    try:
        _run(admin, f"CREATE TABLE {other}.orders (id INT)")
        _run(admin, f"CREATE TRIGGER {other}.t AFTER DELETE ON {other}.orders FOR EACH ROW "
                    f"DELETE FROM {mariadb_target.database}.kept")
        _run(admin, f"CREATE PROCEDURE {other}.p() DELETE FROM orders WHERE id = 1")
        assert "p() → trigger t: every row of" in said(session, f"CALL {other}.p()")
        assert not said(session, "DELETE FROM orders WHERE id = 2")
        send(session, f"USE {other}")
        assert "trigger t: every row of" in said(session, "DELETE FROM orders WHERE id = 2")
    finally:
        _run(admin, f"DROP DATABASE {other}")


def test_a_script_that_replaces_a_routine_is_judged_by_what_it_makes(session: Session) -> None:
    assert GOES in said(session, "CALL clear_all()")
    made = verdict(session, "CREATE OR REPLACE PROCEDURE clear_all() SELECT 1")
    after = session.memory.after(made.effect)
    assert not session.looked_up(statement_of("CALL clear_all()", session), after).findings
    send(session, made.statement.text)
    assert not said(session, "CALL clear_all()")


def test_what_another_session_replaces_is_known_after_a_while(
    session: Session, admin: pymysql.Connection[Cursor]
) -> None:
    now = [100.0]
    session.known = replace(session.known, clock=lambda: now[0])
    assert not said(session, "SELECT picked(1)")
    _run(admin, "DROP FUNCTION picked")
    _run(admin, "CREATE FUNCTION picked(a INT) RETURNS INT BEGIN DELETE FROM kept; RETURN 1; END")
    now[0] += 60
    assert GOES in said(session, "SELECT picked(1)")


def test_a_body_is_read_with_the_modes_it_was_made_under(session: Session, admin: pymysql.Connection[Cursor]) -> None:
    _run(admin, "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'")
    _run(admin, "CREATE PROCEDURE quoted() BEGIN SELECT '\\'; DELETE FROM \"kept\"; SELECT ''; END")
    assert f"quoted(): {GOES}" in said(session, "CALL quoted()")


def test_a_body_that_this_account_may_not_read_is_asked_about(
    mariadb_target: Target, admin: pymysql.Connection[Cursor], audit: AuditLog
) -> None:
    name = f"low_{mariadb_target.database[-12:]}"
    _run(admin, f"CREATE USER {name}@'%'")
    try:
        _run(admin, f"GRANT EXECUTE ON PROCEDURE tidy TO {name}@'%'")
        connection = connect(replace(mariadb_target, user=name))
        session = session_on(connection, audit)
        assert "may not read its body" in said(session, "CALL tidy(1)")
        connection.close()
    finally:
        _run(admin, f"DROP USER {name}@'%'")


def test_asking_leaves_transaction_and_locks_as_they_are(session: Session) -> None:
    send(session, "BEGIN")
    send(session, "INSERT INTO orders (id) VALUES (60)")
    send(session, "DELETE FROM orders WHERE id = 60")
    send(session, "ROLLBACK")
    send(session, "LOCK TABLES orders WRITE, items WRITE, audit WRITE, kept WRITE")
    send(session, "DELETE FROM orders WHERE id = 61")
    send(session, "UNLOCK TABLES")


def test_comments_of_other_versions_are_not_code(session: Session) -> None:
    assert not said(session, "SELECT 1 /*!999999 INTO OUTFILE 'x' */")
    assert GOES in said(session, "DELETE FROM kept /*!999999 WHERE id = 1 */")
