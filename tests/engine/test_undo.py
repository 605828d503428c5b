"""What a statement changed is put right again, on every server; what cannot be is said before it runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from safesql.engine.session import Session
from safesql.engine.undoing.takeback import Conflicts
from safesql.errors import Drift, Refused, SafesqlError
from safesql.guard.action import Environment, Undo
from safesql.guard.policy import Policy
from safesql.rewrite.probe import Probe
from safesql.store.journal.entry import State
from safesql.target import Target
from tests.engine.undo_rig import asked_of, keeper, rows, run, session_to, set_up, undo

SCHEMA = """
CREATE TABLE p (id int PRIMARY KEY, name varchar(30));
CREATE TABLE c1 (id int PRIMARY KEY, pid int, v double precision, FOREIGN KEY (pid) REFERENCES p (id) ON DELETE CASCADE);
CREATE TABLE c2 (id int PRIMARY KEY, pid int, txt text, FOREIGN KEY (pid) REFERENCES p (id) ON DELETE SET NULL);
CREATE TABLE c3 (id int PRIMARY KEY, boss int, pid int, FOREIGN KEY (boss) REFERENCES c3 (id) ON DELETE CASCADE,
                 FOREIGN KEY (pid) REFERENCES p (id) ON DELETE CASCADE);
CREATE TABLE n (k int PRIMARY KEY, u int UNIQUE, w varchar(9));
CREATE TABLE bare (a int, b int);
INSERT INTO p VALUES (1, 'a'), (2, 'b''q'), (3, 'c x'), (4, NULL);
INSERT INTO c1 VALUES (1, 1, 1.5), (2, 1, -0.0), (3, 2, 1e300), (4, 3, NULL);
INSERT INTO c2 VALUES (1, 1, 'x'), (2, 2, 'y'), (3, 4, 'é€');
INSERT INTO c3 VALUES (1, NULL, 1), (2, 1, 2), (3, 2, 3), (4, 1, 1), (5, 5, 4);
INSERT INTO n VALUES (1, 10, 'one'), (2, 20, 'two'), (3, NULL, 'three');
INSERT INTO bare VALUES (1, 1), (1, 1);
"""
TABLES = ("p", "c1", "c2", "c3", "n", "bare")

EVERYWHERE = (
    "DELETE FROM p WHERE id IN (1, 2)",
    "DELETE FROM p WHERE id > 0",
    "DELETE FROM c3 WHERE id = 1 -- the boss",
    "UPDATE p SET name = 'zz' WHERE id < 3",
    "UPDATE p SET name = NULL WHERE id < 3",
    "UPDATE c3 SET boss = 2 WHERE id > 3",
    "UPDATE c1 SET v = v + 1 WHERE pid IN (SELECT id FROM p WHERE name LIKE 'a%')",
    "UPDATE n SET k = 7 WHERE k = 2",
    "UPDATE n SET k = 9 - k, w = 'turned' WHERE k < 4",
    "UPDATE n SET k = k * 10, u = u + 1 WHERE k > 0",
    "UPDATE n SET k = k + u WHERE u IS NOT NULL",
    "UPDATE n SET u = u - 10, w = 'moved' WHERE k > 0 -- the first has to let go of what the second is to have again",
    "INSERT INTO p VALUES (10, 'n'), (11, 'm')",
    "INSERT INTO p (name, id) VALUES ('n', 12)",
    "INSERT INTO c1 (id, pid) SELECT id + 100, pid FROM c2",
)
MERGED = (
    "MERGE INTO n AS t USING p AS s ON s.id = t.k WHEN MATCHED AND s.id = 2 THEN DELETE "
    "WHEN MATCHED THEN UPDATE SET w = left(s.name, 2), u = t.u + 1 WHEN NOT MATCHED THEN INSERT (k, w) VALUES (s.id, 'new')",
    "MERGE INTO n USING (VALUES (1, 7), (9, 90)) AS s (k, u) ON n.k = s.k "
    "WHEN NOT MATCHED THEN INSERT VALUES (s.k + (random() * 100)::int, s.u) WHEN MATCHED THEN DO NOTHING",
    "MERGE INTO p USING c1 ON p.id = c1.id + 1 WHEN MATCHED AND p.id < 4 THEN DELETE WHEN MATCHED THEN UPDATE SET name = 'm'",
    "WITH s AS (SELECT id + 40 AS id FROM p) MERGE INTO p USING s ON p.id = s.id WHEN NOT MATCHED THEN INSERT VALUES (s.id)",
)
WRITTEN_INSIDE = (
    "WITH d AS (DELETE FROM c1 WHERE id < 3 RETURNING *) INSERT INTO n SELECT id + 10, id + 500, random()::text::char(3) FROM d",
    "WITH d AS (DELETE FROM p WHERE id < 3 RETURNING *), u AS (UPDATE c1 SET v = 0 WHERE id = 4 RETURNING id) "
    "INSERT INTO p SELECT d.id + 20, d.name FROM d UNION ALL SELECT u.id + 30, 'u' FROM u",
    "WITH i AS (INSERT INTO p VALUES (21, 'i') RETURNING id), j AS (INSERT INTO c2 SELECT id, NULL FROM i) SELECT * FROM i",
    "WITH d AS (DELETE FROM n WHERE k = 1 RETURNING *) INSERT INTO n SELECT k, u, 'back' FROM d",
    "WITH a AS (UPDATE n SET w = 'a' WHERE k = 2), b AS (DELETE FROM n WHERE k = 3) UPDATE n SET w = 'b' WHERE k = 1",
    "WITH d AS (DELETE FROM c1 USING p WHERE p.id = c1.pid AND p.id < 3 RETURNING c1.id, p.id AS pid), "
    "u AS (UPDATE c2 SET txt = 'u' FROM d WHERE d.pid = c2.pid RETURNING c2.id, c2.pid) "
    "UPDATE n SET w = 'x' FROM u, d WHERE u.id = n.k",
    "WITH p AS (DELETE FROM p WHERE id IN (SELECT id FROM p WHERE name = 'c x') RETURNING id) DELETE FROM n WHERE k IN (TABLE p)",
    "WITH RECURSIVE r AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM r WHERE i < 3), d AS (DELETE FROM c1 USING r WHERE id = i "
    "RETURNING *) INSERT INTO c2 SELECT id + 60, pid, 'r' FROM d",
    "INSERT INTO n SELECT k * 100 + (random() * 9)::int FROM n",
)
OF_ITS_OWN = {
    "postgres": (
        "INSERT INTO n VALUES (1, 20, 'x') ON CONFLICT (k) DO UPDATE SET w = excluded.w",
        "INSERT INTO n VALUES (7, 20, 'x'), (8, 80, 'y') ON CONFLICT DO NOTHING",
        "UPDATE c1 SET v = p.id FROM p WHERE p.id = c1.pid AND p.name IS NOT NULL",
        "UPDATE n SET k = (k || '7')::int WHERE k < 3",
        "DELETE FROM c1 USING p WHERE p.id = c1.pid AND p.id < 3",
        *MERGED,
        *WRITTEN_INSIDE,
    ),
    "mariadb": (
        "REPLACE INTO n VALUES (1, 20, 'x'), (8, 80, 'y')",
        "INSERT INTO n VALUES (1, 5, 'x'), (9, 90, 'y') ON DUPLICATE KEY UPDATE w = 'again'",
        "INSERT IGNORE INTO n VALUES (1, 5, 'x'), (9, 90, 'y')",
        "INSERT INTO n SET k = 9, w = 'a, b', n.u = (SELECT max(id) + 90 FROM p)",
        "INSERT n SET `k` = 1, u = 5 ON DUPLICATE KEY UPDATE w = concat(w, 'd')",
        "REPLACE n SET u = 20, k = 1",
        "REPLACE INTO n SET k = 8, u = 10, w = DEFAULT",
        "DELETE FROM c1 ORDER BY id LIMIT 2",
        "DELETE FROM c1 WHERE pid < 3 ORDER BY v DESC, id LIMIT 1",
        "UPDATE n SET w = 'first', u = u + 1 WHERE k > 0 ORDER BY u DESC, k LIMIT 2",
        "DELETE c1, c2 FROM c1 JOIN c2 ON c1.pid = c2.pid WHERE c1.id < 3",
        "UPDATE c1 JOIN p ON p.id = c1.pid SET c1.v = 7, p.name = 'both' WHERE p.id = 1",
    ),
    "sqlite": (
        "REPLACE INTO n VALUES (1, 20, 'x'), (8, 80, 'y')",
        "INSERT INTO n VALUES (1, 5, 'x'), (9, 90, 'y') ON CONFLICT (k) DO UPDATE SET w = excluded.w",
        "INSERT OR IGNORE INTO n VALUES (1, 5, 'x'), (9, 90, 'y')",
        "UPDATE c1 SET v = p.id FROM p WHERE p.id = c1.pid AND p.name IS NOT NULL",
        "DELETE FROM bare WHERE rowid = 1",
        "INSERT INTO bare VALUES (5, 5)",
    ),
}


@pytest.fixture
def session(target: Target, tmp_path: Path) -> Iterator[Session]:
    opened = session_to(target, tmp_path)
    set_up(opened, SCHEMA)
    yield opened
    opened.connection.close()
    opened.audit.close()


def test_undo_restores_every_table_and_undo_of_the_undo_redoes_it(session: Session) -> None:
    for statement in (*EVERYWHERE, *OF_ITS_OWN[session.connection.dialect.name]):
        before = rows(session, *TABLES)
        run(session, statement)
        after = rows(session, *TABLES)
        undone = undo(session)
        assert rows(session, *TABLES) == before, statement
        assert before != after, statement
        redo = max(keeper(session).journal.entries())
        assert keeper(session).journal.entry(undone).undone_by == redo
        undo(session, redo)
        assert rows(session, *TABLES) == after, statement
        undo(session, undone)
        assert rows(session, *TABLES) == before, statement
    assert not any("no undo" in message for message in asked_of(session))


HOPELESS = {
    "DROP TABLE bare": "DROP TABLE cannot be taken back",
    "DELETE FROM p WHERE id = 4 AND {random} IS NULL": "answers otherwise each time",
    "UPDATE {numbered} = 7 WHERE {number} = {one}": "it changes ",
}
WORDS = {
    "postgres": {"random": "random()", "numbered": "c3 SET id", "number": "id", "one": "3"},
    "mariadb": {"random": "rand()", "numbered": "c3 SET id", "number": "id", "one": "3"},
    "sqlite": {"random": "random()", "numbered": "bare SET rowid", "number": "rowid", "one": "2"},
}


@pytest.mark.parametrize("statement", HOPELESS)
def test_what_cannot_be_undone_is_said_in_the_question(session: Session, statement: str) -> None:
    session.memory = session.memory
    run(session, statement.format(**WORDS[session.connection.dialect.name]))
    assert any("no undo: " in message and HOPELESS[statement] in message for message in asked_of(session))


def test_where_undo_is_required_nothing_runs_without_it(target: Target, tmp_path: Path) -> None:
    session = session_to(target, tmp_path, Policy(environment=Environment.DEVELOPMENT, undo=Undo.REQUIRED))
    set_up(session, "CREATE TABLE bare (a int, b int); INSERT INTO bare VALUES (1, 1), (1, 2)")
    if session.connection.dialect.name == "sqlite":
        set_up(session, "CREATE TRIGGER watch AFTER DELETE ON bare BEGIN SELECT 1; END")
    with pytest.raises(Refused, match=r"no undo: .*(no primary key|trigger watch)"):
        run(session, "DELETE FROM bare WHERE b = 1")
    assert len(rows(session, "bare")["bare"]) == 2
    session.connection.close()


def test_rows_changed_since_are_conflicts_and_nothing_is_undone(session: Session) -> None:
    run(session, "UPDATE p SET name = 'mine' WHERE id < 4")
    entry = max(keeper(session).journal.entries())
    set_up(session, "UPDATE p SET name = 'theirs' WHERE id = 2")
    now = rows(session, *TABLES)
    with pytest.raises(Conflicts, match="1 rows are not as entry") as caught:
        undo(session, entry)
    assert rows(session, *TABLES) == now
    assert len(caught.value.found) == 1 and "2" in caught.value.found[0]
    set_up(session, "UPDATE p SET name = 'mine' WHERE id = 2")
    undo(session, entry)
    assert "theirs" not in str(rows(session, "p"))


def test_a_row_that_is_there_again_is_a_conflict(session: Session) -> None:
    run(session, "DELETE FROM c2 WHERE id = 1")
    set_up(session, "INSERT INTO c2 VALUES (1, 2, 'new')")
    with pytest.raises(Drift, match="nothing was undone"):
        undo(session)
    assert "new" in str(rows(session, "c2"))


def test_rows_that_refer_to_an_added_row_keep_it(session: Session) -> None:
    run(session, "INSERT INTO p VALUES (50, 'parent')")
    set_up(session, "INSERT INTO c1 VALUES (50, 50, 0)")
    now = rows(session, *TABLES)
    with pytest.raises(Drift, match="refer to rows of"):
        undo(session)
    assert rows(session, *TABLES) == now


def test_an_open_transaction_ends_as_it_ends(session: Session) -> None:
    run(session, "BEGIN; UPDATE p SET name = 't' WHERE id = 1; DELETE FROM c1 WHERE id = 3; COMMIT")
    run(session, "BEGIN; UPDATE p SET name = 'u' WHERE id = 1; ROLLBACK")
    run(session, "BEGIN; DELETE FROM c2 WHERE id = 1; SAVEPOINT s; DELETE FROM c2 WHERE id = 2; ROLLBACK TO s; COMMIT")
    states = [entry.state for entry in keeper(session).journal.entries().values()]
    assert states == [
        State.COMMITTED, State.COMMITTED, State.ROLLED_BACK, State.COMMITTED, State.ROLLED_BACK,
    ]  # fmt: skip


def test_a_statement_that_fails_leaves_nothing_behind(session: Session) -> None:
    with pytest.raises(SafesqlError):
        run(session, "INSERT INTO p VALUES (70, 'x'), (1, 'there already')")
    entry = max(keeper(session).journal.entries().values(), key=lambda each: each.id)
    assert entry.state is State.ROLLED_BACK
    assert not list(keeper(session).journal.folder.glob("*.before"))


def test_over_the_cap_nothing_is_sent(target: Target, tmp_path: Path) -> None:
    policy = Policy(environment=Environment.DEVELOPMENT, undo=Undo.WHEN_POSSIBLE, undo_max_rows=2)
    session = session_to(target, tmp_path, policy)
    set_up(session, SCHEMA)
    now = rows(session, *TABLES)
    with pytest.raises(Refused, match="undo_max_rows"):
        run(session, "DELETE FROM p WHERE id > 0")
    assert rows(session, *TABLES) == now
    session.connection.close()


def test_an_undo_belongs_to_its_own_database(session: Session, tmp_path: Path) -> None:
    run(session, "DELETE FROM c2 WHERE id = 1")
    other = session_to(Target("sqlite", path=str(tmp_path / "other.db"), dialect="sqlite"), tmp_path)
    with pytest.raises(Refused, match="connect there"):
        undo(other, 1)
    other.connection.close()


def test_mariadb_takes_back_what_its_mode_would_refuse_now(mariadb_target: Target, tmp_path: Path) -> None:
    session = session_to(mariadb_target, tmp_path)
    set_up(session, "SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO'; CREATE TABLE z (id int AUTO_INCREMENT PRIMARY KEY, d date)")
    set_up(session, "INSERT INTO z VALUES (0, '0000-00-00'), (1, '2024-00-00')")
    set_up(session, "SET SESSION sql_mode = 'TRADITIONAL,ANSI_QUOTES'")
    before = rows(session, "z")
    run(session, "DELETE FROM z WHERE id >= 0")
    undo(session)
    assert rows(session, "z") == before
    assert "TRADITIONAL" in rows(session, "(SELECT @@sql_mode) m")["(SELECT @@sql_mode) m"][0]
    session.connection.close()


def test_a_key_that_somebody_took_since_is_a_conflict(session: Session) -> None:
    run(session, "UPDATE n SET k = 7 WHERE k = 2")
    entry = max(keeper(session).journal.entries())
    set_up(session, "INSERT INTO n VALUES (2, 99, 'theirs')")
    now = rows(session, *TABLES)
    with pytest.raises(Drift, match="nothing was undone"):       # SQLite finds the row by its rowid, and sees it last
        undo(session, entry)
    assert rows(session, *TABLES) == now


@pytest.mark.parametrize("statement", [
    "DELETE FROM n ORDER BY u, rowid LIMIT 2", "UPDATE n SET w = 'first', u = k ORDER BY w, rowid DESC LIMIT 2",
    "DELETE FROM bare WHERE a = 1 ORDER BY rowid LIMIT 1",
])  # fmt: skip
def test_a_limit_of_sqlite_is_undone_where_the_library_takes_it(
    sqlite_target: Target, tmp_path: Path, statement: str
) -> None:
    session = session_to(sqlite_target, tmp_path)
    set_up(session, SCHEMA)
    before = rows(session, *TABLES)
    known = session.connection.query(Probe("SELECT sqlite_compileoption_used('ENABLE_UPDATE_DELETE_LIMIT')", "")).rows()
    if next(iter(known)) == (1,):
        run(session, statement)
        assert rows(session, *TABLES) != before
        undo(session)
    else:
        with pytest.raises(SafesqlError, match="syntax error"):
            run(session, statement)
    assert rows(session, *TABLES) == before
    session.connection.close()


def test_a_limited_update_in_an_open_transaction_is_refused_an_undo(mariadb_target: Target, tmp_path: Path) -> None:
    session = session_to(mariadb_target, tmp_path)
    set_up(session, SCHEMA)
    run(session, "BEGIN; UPDATE n SET w = 'x' ORDER BY k LIMIT 1; COMMIT")
    assert any("its LIMIT is certain only when it runs" in message for message in asked_of(session))
    session.connection.close()


def test_a_limit_without_a_total_order_is_refused_an_undo_beforehand(mariadb_target: Target, tmp_path: Path) -> None:
    session = session_to(mariadb_target, tmp_path)
    set_up(session, SCHEMA)
    for statement in ("DELETE FROM c1 LIMIT 1", "UPDATE c1 SET v = 0 ORDER BY v LIMIT 1", "DELETE FROM c1 ORDER BY v LIMIT 1", "DELETE FROM c1 ORDER BY -id LIMIT 1"):
        run(session, statement)
        assert "its LIMIT is certain only when it runs" in asked_of(session)[-1]
    session.connection.close()
