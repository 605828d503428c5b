"""Laws of undo for statements of PostgreSQL that change several tables, alone and behind others in one transaction."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from safesql.engine.session import Session
from safesql.errors import Drift
from safesql.target import Target
from tests.engine.undo_rig import asked_of, keeper, rows, run, session_to, set_up, undo
from tests.engine.undo_there_and_back import dropped, made, there_and_back
from tests.engine.written_inside import several_changes

CASES = 30 * int(os.environ.get("SAFESQL_TEST_MORE", "1"))


@pytest.fixture
def session(postgres_target: Target, tmp_path: Path) -> Session:
    return session_to(postgres_target, tmp_path)


def test_several_changes_of_one_statement_are_undone_and_redone_exactly(session: Session) -> None:
    seen: Counter[str] = Counter()
    for seed in range(CASES):
        case = several_changes(Random(f"several {seed}"))
        tables = made(session, case, "postgres")
        seen[there_and_back(session, case, tables, Random(seed))] += 1
        dropped(session, case, "postgres")
    session.connection.close()
    assert seen["undone"] > CASES / 4, seen


TABLES = "CREATE TABLE a (id int PRIMARY KEY, v text); CREATE TABLE b (id int PRIMARY KEY, v text); " \
    "INSERT INTO a VALUES (1, 'x'), (2, 'y'), (3, 'z'); INSERT INTO b VALUES (2, 'two'), (9, 'nine')"
MERGE = "MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN UPDATE SET v = b.v WHEN NOT MATCHED THEN INSERT VALUES (b.id, b.v)"
ARCHIVE = "WITH d AS (DELETE FROM a WHERE id < 3 RETURNING *) INSERT INTO b SELECT id + 20, v FROM d"


@pytest.mark.parametrize("statement", [MERGE, ARCHIVE])
@pytest.mark.parametrize("within", ["BEGIN", "BEGIN; SAVEPOINT s", "BEGIN ISOLATION LEVEL REPEATABLE READ"])
def test_behind_other_changes_of_its_transaction_only_its_own_rows_are_taken_back(
    session: Session, statement: str, within: str
) -> None:
    set_up(session, TABLES)
    set_up(session, f"{within}; INSERT INTO a VALUES (30, 'before'); UPDATE b SET v = 'earlier' WHERE id = 2")
    before = rows(session, "a", "b")
    run(session, f"{statement}; INSERT INTO b VALUES (70, 'later'); COMMIT")
    assert not any("no undo" in message for message in asked_of(session))
    undo(session, max(keeper(session).journal.entries()))
    undo(session, min(keeper(session).journal.entries()))
    assert rows(session, "a", "b") == before
    session.connection.close()


def test_rows_that_came_from_elsewhere_since_are_conflicts_of_a_merge(session: Session) -> None:
    set_up(session, TABLES)
    run(session, MERGE)
    set_up(session, "UPDATE a SET v = 'theirs' WHERE id = 9")
    now = rows(session, "a", "b")
    with pytest.raises(Drift, match="1 rows are not as entry"):
        undo(session)
    assert rows(session, "a", "b") == now
    session.connection.close()


@pytest.mark.parametrize(("statement", "reason"), [
    ("WITH u AS (UPDATE a SET v = v || 'u' RETURNING *) DELETE FROM b USING u WHERE u.v = b.v", "depends on what u returns"),
    ("WITH i AS (INSERT INTO a VALUES (50, 'i') RETURNING id) UPDATE b SET v = 'i' FROM i WHERE b.id < i.id",
     "depends on what i returns"),
    ("MERGE INTO a USING b ON a.id = b.id AND random() < 2 WHEN MATCHED THEN DELETE", "answers otherwise each time"),
    ("WITH d AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM d ON CONFLICT (id) DO UPDATE SET v = excluded.v",
     "adds rows and changes others at once"),
    ("WITH d AS (DELETE FROM a RETURNING *) INSERT INTO watched SELECT * FROM d", "the trigger t of public.watched"),
])  # fmt: skip
def test_several_changes_that_cannot_be_exact_are_said_beforehand(
    session: Session, statement: str, reason: str
) -> None:
    set_up(session, TABLES)
    set_up(session, "CREATE TABLE watched (id int PRIMARY KEY, v text); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql "
           "AS 'BEGIN RETURN new; END'; CREATE TRIGGER t BEFORE INSERT ON watched FOR EACH ROW EXECUTE FUNCTION f()")  # fmt: skip
    run(session, statement)
    assert any("no undo: " in message and reason in message for message in asked_of(session)), asked_of(session)
    session.connection.close()


def test_a_large_table_is_not_read_for_rows_that_are_only_added(session: Session) -> None:
    set_up(session, "CREATE TABLE big (id int PRIMARY KEY, v text);"
           "ALTER TABLE big ALTER v SET STORAGE PLAIN;"
           "INSERT INTO big SELECT g, repeat('x', 7900) FROM generate_series(1, 9000) g")  # fmt: skip
    entries = len(keeper(session).journal.entries())
    run(session, "INSERT INTO big VALUES (9001 + (random() * 9)::int, 'new')")
    assert len(keeper(session).journal.entries()) == entries
    run(session, "WITH d AS (DELETE FROM big WHERE id < 3 RETURNING *) INSERT INTO big SELECT id - 9, v FROM d")
    undo(session)
    found = rows(session, "(SELECT count(*), min(id) FROM big) b")
    assert found == {"(SELECT count(*), min(id) FROM big) b": ["('9001', '1')"]}
    session.connection.close()
