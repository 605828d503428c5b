"""What stands behind names in SQLite, in a real file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from safesql.backends import connect
from safesql.engine.session import Session
from safesql.guard.memory import Memory
from safesql.store.audit import AuditLog
from safesql.target import Target
from tests.engine.names_behind import Case, said, send, wrong
from tests.engine.recorder import Recorder, session_on

SCHEMA = """
CREATE TABLE kept (id INTEGER PRIMARY KEY, u INT);
CREATE TABLE orders (id INTEGER PRIMARY KEY, note TEXT);
CREATE TABLE items (id INTEGER PRIMARY KEY, order_id INT REFERENCES orders (id) ON DELETE CASCADE);
CREATE TABLE lines (id INTEGER PRIMARY KEY, item_id INT REFERENCES items (id) ON DELETE CASCADE);
CREATE TABLE audit (what TEXT); CREATE TABLE ping (a INT); CREATE TABLE pong (a INT); CREATE TABLE watched (id INT);
CREATE TABLE "we'ird ""t" (a INT);
CREATE TRIGGER logs AFTER UPDATE ON orders BEGIN INSERT INTO audit VALUES (NEW.id); END;
CREATE TRIGGER bounded AFTER DELETE ON orders BEGIN DELETE FROM kept WHERE u = OLD.id + 100; END;
CREATE TRIGGER empties AFTER INSERT ON watched WHEN NEW.id > 0 BEGIN INSERT INTO audit VALUES (1); DELETE FROM kept; END;
CREATE TRIGGER of_note AFTER DELETE ON lines BEGIN DELETE FROM kept; END;
CREATE TRIGGER to_pong AFTER INSERT ON ping BEGIN INSERT INTO pong VALUES (1); END;
CREATE TRIGGER to_ping AFTER INSERT ON pong BEGIN INSERT INTO ping VALUES (1); END;
CREATE TRIGGER "t'w" AFTER DELETE ON "we'ird ""t" BEGIN DELETE FROM kept; END;
CREATE VIEW seen AS SELECT id FROM orders;
CREATE TRIGGER instead INSTEAD OF DELETE ON seen BEGIN DELETE FROM kept; END;
CREATE TRIGGER through INSTEAD OF INSERT ON seen BEGIN INSERT INTO orders (id) VALUES (NEW.id); END;
INSERT INTO kept VALUES (1, 1), (2, 2), (3, 3);
INSERT INTO orders (id) VALUES (1), (2), (3); INSERT INTO items VALUES (1, 1), (2, 2); INSERT INTO lines VALUES (1, 1);
INSERT INTO "we'ird ""t" VALUES (1);
"""
GOES = "every row of kept goes"
CASES: list[Case] = [
    ("UPDATE orders SET note = 'x' WHERE id = 1", ""),
    ("DELETE FROM orders WHERE id = 3", f"ON DELETE CASCADE from items → trigger of_note: {GOES}"),
    ("INSERT INTO orders (note) VALUES (lower('X'))", ""),
    ("INSERT INTO watched VALUES (1)", f"trigger empties: {GOES}"),
    ("INSERT INTO Watched SELECT id FROM orders WHERE id = 1", f"trigger empties: {GOES}"),
    ("INSERT INTO main.watched VALUES (1)", f"trigger empties: {GOES}"),
    ("INSERT INTO ping VALUES (1)", ""),
    ("DELETE FROM \"we'ird \"\"t\" WHERE a = 1", f"trigger t'w: {GOES}"),
    ("DELETE FROM seen WHERE id = 1", f"trigger instead: {GOES}"),
    ("INSERT INTO seen VALUES (77)", ""),
    ("DELETE FROM audit WHERE what = 'x'", ""),
    ("DELETE FROM lines WHERE id = 1", f"trigger of_note: {GOES}"),
]


@pytest.fixture
def session(sqlite_target: Target, sqlite_path: Path, audit: AuditLog) -> Iterator[Session]:
    with closing(sqlite3.connect(sqlite_path)) as made:
        made.executescript(SCHEMA)
    connection = connect(sqlite_target)
    yield session_on(connection, audit)
    connection.close()


def test_each_verdict_is_what_executing_it_shows(session: Session, sqlite_path: Path) -> None:
    def kept() -> int:
        with closing(sqlite3.connect(sqlite_path)) as other:
            return int(other.execute("SELECT count(*) FROM kept").fetchone()[0])

    def unguarded(text: str) -> int:
        with closing(sqlite3.connect(sqlite_path)) as other:
            other.execute("PRAGMA foreign_keys = ON")
            other.execute("INSERT INTO items VALUES (3, 3) ON CONFLICT DO NOTHING")
            other.execute("INSERT INTO lines VALUES (3, 3) ON CONFLICT DO NOTHING")
            other.execute(text)
            return int(other.execute("SELECT count(*) FROM kept").fetchone()[0])

    assert not wrong(session, CASES, kept, unguarded)


def test_a_question_names_the_tables_that_foreign_keys_reach(session: Session) -> None:
    sentence = said(session, "DELETE FROM orders")
    assert "ON DELETE CASCADE takes rows of items too" in sentence
    assert "ON DELETE CASCADE takes rows of lines too" in sentence


def test_foreign_keys_that_are_off_reach_nothing(session: Session) -> None:
    assert GOES in said(session, "DELETE FROM orders WHERE id = 3")
    send(session, "PRAGMA foreign_keys = OFF")
    assert not said(session, "DELETE FROM orders WHERE id = 3")


def test_a_temporary_trigger_counts_as_soon_as_it_is_there(session: Session) -> None:
    assert not said(session, "INSERT INTO audit VALUES (1)")
    send(session, "CREATE TEMP TRIGGER mine AFTER INSERT ON main.audit BEGIN DELETE FROM kept; END")
    assert f"trigger mine: {GOES}" in said(session, "INSERT INTO audit VALUES (1)")
    send(session, "DROP TRIGGER mine")
    assert not said(session, "INSERT INTO audit VALUES (1)")


def test_an_attached_database_has_triggers_of_its_own(session: Session, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "b.db")) as other:
        other.executescript("CREATE TABLE far (id INT); CREATE TABLE gone (id INT);"
                            "CREATE TRIGGER ft AFTER DELETE ON far BEGIN DELETE FROM gone; END;")
    assert not said(session, "DELETE FROM \"b'\".far WHERE id = 1")
    send(session, f"ATTACH '{tmp_path / 'b.db'}' AS \"b'\"")
    assert "trigger ft: every row of gone goes" in said(session, "DELETE FROM \"b'\".far WHERE id = 1")
    assert "trigger ft: every row of gone goes" in said(session, "DELETE FROM far WHERE id = 1")


def test_a_catalog_that_does_not_answer_leaves_the_verdict_of_the_text(session: Session, audit: AuditLog) -> None:
    deaf = session_on(Recorder(dialect=session.connection.dialect), audit)
    assert GOES in said(session, "INSERT INTO watched VALUES (1)")
    assert not said(deaf, "INSERT INTO watched VALUES (1)")
    assert not deaf.known.able


@pytest.mark.parametrize(("text", "stopped"), [
    ("DELETE FROM audit WHERE \"what\" <> 'x'", False),
    ("DELETE FROM audit WHERE \"WHAT\" LIKE 'x' AND \"what\" > 'a'", False),
    ("DELETE FROM audit WHERE \"nothing\" <> 'x'", True),
    ("DELETE FROM audit WHERE \"what\" = \"what\"", True),
    ("DELETE FROM audit WHERE \"what\" <> 'x' OR \"nothing\" <> 'x'", True),
    ("UPDATE audit SET \"what\" = 1 WHERE \"audit\".\"what\" <> 'x'", False),
])  # fmt: skip
def test_a_doubled_quote_is_a_column_where_there_is_one(session: Session, text: str, stopped: bool) -> None:
    assert bool(said(session, text)) is stopped


def test_the_nearest_table_of_a_name_has_the_columns(session: Session) -> None:
    assert not said(session, "DELETE FROM audit WHERE \"what\" <> 'x'")
    send(session, "CREATE TEMP TABLE audit (other TEXT)")
    session.memory = Memory()
    assert said(session, "DELETE FROM audit WHERE \"what\" <> 'x'")
    assert not said(session, "DELETE FROM main.audit WHERE \"what\" <> 'x'")
