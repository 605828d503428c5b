"""A trigger stands in the way of an undo only where it would fire: as the rows change, or as they are put back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from safesql.engine.session import Session
from safesql.target import Target
from tests.engine.undo_rig import asked_of, keeper, rows, run, session_to, set_up, undo

SCHEMA = """
CREATE TABLE t (id int PRIMARY KEY, v int, up int);
CREATE TABLE c (id int PRIMARY KEY, t int, FOREIGN KEY (t) REFERENCES t (id) ON DELETE CASCADE);
CREATE TABLE s (id int PRIMARY KEY, t int, FOREIGN KEY (t) REFERENCES t (id) ON DELETE SET NULL);
CREATE TABLE boss (id int PRIMARY KEY, up int, FOREIGN KEY (up) REFERENCES boss (id) ON DELETE CASCADE);
CREATE TABLE log (id int);
INSERT INTO t VALUES (1, 1, NULL), (2, 2, NULL), (3, 3, NULL);
INSERT INTO c VALUES (1, 1), (2, 2);
INSERT INTO s VALUES (1, 3);
INSERT INTO boss VALUES (1, NULL), (2, 1);
"""
TABLES = ("t", "c", "s", "boss", "log")
WORDS = {
    "postgres": "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO log VALUES (1); RETURN new; END';"
                "CREATE TRIGGER watch_{event}_{table} AFTER {event} ON {table} FOR EACH ROW EXECUTE FUNCTION f()",
    "mariadb": "CREATE TRIGGER watch_{event}_{table} AFTER {event} ON {table} FOR EACH ROW INSERT INTO log VALUES (1)",
    "sqlite": "CREATE TRIGGER watch_{event}_{table} AFTER {event} ON {table} BEGIN INSERT INTO log VALUES (1); END",
}  # fmt: skip


@pytest.fixture
def session(target: Target, tmp_path: Path) -> Iterator[Session]:
    opened = session_to(target, tmp_path)
    set_up(opened, SCHEMA)
    yield opened
    opened.connection.close()
    opened.audit.close()


def _watch(session: Session, event: str, table: str) -> None:
    set_up(session, WORDS[session.connection.dialect.name].format(event=event, table=table))


@pytest.mark.parametrize(("event", "table", "statement"), [
    ("UPDATE", "t", "DELETE FROM t WHERE id < 3"),
    ("UPDATE", "c", "DELETE FROM t WHERE id < 3"),
    ("UPDATE", "t", "INSERT INTO t VALUES (7, 7, 7)"),
    ("DELETE", "s", "INSERT INTO t VALUES (8, 8, 8)"),
    ("DELETE", "log", "UPDATE t SET v = 9"),
])  # fmt: skip
def test_what_no_trigger_hears_is_undone_and_redone(session: Session, event: str, table: str, statement: str) -> None:
    _watch(session, event, table)
    before = rows(session, *TABLES)
    run(session, statement)
    after = rows(session, *TABLES)
    assert after != before and not any("no undo" in message for message in asked_of(session))
    undo(session)
    assert rows(session, *TABLES) == before
    undo(session, max(keeper(session).journal.entries()))
    assert rows(session, *TABLES) == after


@pytest.mark.parametrize(("event", "table", "statement"), [
    ("UPDATE", "t", "UPDATE t SET v = 9"),
    ("INSERT", "t", "DELETE FROM t WHERE id = 1"),
    ("INSERT", "c", "DELETE FROM t WHERE id = 1"),
    ("UPDATE", "s", "DELETE FROM t WHERE id = 3"),
    ("UPDATE", "boss", "DELETE FROM boss WHERE id = 1"),
    ("DELETE", "t", "UPDATE t SET v = 9"),
])  # fmt: skip
def test_what_a_trigger_hears_is_said_beforehand(session: Session, event: str, table: str, statement: str) -> None:
    _watch(session, event, table)
    run(session, statement)
    reason = f"the trigger watch_{event}_{table}".lower()
    assert any("no undo: " in message and reason in message.lower() for message in asked_of(session)), asked_of(session)
