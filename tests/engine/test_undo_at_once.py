"""Many rows are put right at once: with one question for all of them, within the limits, and in few statements."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from safesql.engine.question import Choice, Question, Reply
from safesql.engine.session import Session
from safesql.errors import Declined, SafesqlError
from safesql.guard.action import Environment, Undo
from safesql.guard.policy import Policy
from safesql.store.journal.entry import State
from safesql.store.trail import records
from safesql.target import Target
from tests.engine.undo_rig import keeper, rows, run, session_to, set_up, undo

COUNT = 2_300              # more than two statements' rows
MANY = {
    "postgres": "INSERT INTO t SELECT g, 'name ' || g, g / 7.0, g, 'x' FROM generate_series(1, {0}) g",
    "mariadb": "INSERT INTO t SELECT seq, concat('name ', seq), seq / 7.0, seq, 'x' FROM seq_1_to_{0}",
    "sqlite": (
        "INSERT INTO t WITH RECURSIVE s(g) AS (SELECT 1 UNION ALL SELECT g + 1 FROM s WHERE g < {0}) "
        "SELECT g, 'name ' || g, g / 7.0, g, X'00' FROM s"
    ),
}
SCHEMA = "CREATE TABLE t (id int PRIMARY KEY, name varchar(30), v double precision, u int UNIQUE, w text)"
CHANGES = (
    "UPDATE t SET name = 'same', v = -0.0 WHERE id > 0",
    "UPDATE t SET name = NULL WHERE id < 1500",
    "UPDATE t SET name = CASE WHEN id < 9 THEN name ELSE 'other' END, v = CASE WHEN id > 5 THEN v ELSE v + 1 END WHERE id < 2000",
    "UPDATE t SET u = u + 100000 WHERE id < 20",
    "DELETE FROM t WHERE id > 10",
)


class Counting:
    """Answers as it is told to, and keeps what it was asked."""

    def __init__(self, choice: Choice) -> None:
        self.choice = choice
        self.asked: list[Question] = []

    def __call__(self, question: Question) -> Reply:
        self.asked.append(question)
        return Reply(self.choice, typed=question.expected)


@pytest.fixture
def session(target: Target, tmp_path: Path) -> Iterator[Session]:
    opened = session_to(target, tmp_path)
    set_up(opened, SCHEMA)
    set_up(opened, MANY[opened.connection.dialect.name].format(COUNT))
    yield opened
    opened.connection.close()
    opened.audit.close()


def _limited(session: Session, target: Target, folder: Path, **limits: int) -> Session:
    """Another session with limits, over the same journal."""
    session.connection.close()
    policy = Policy(environment=Environment.DEVELOPMENT, undo=Undo.WHEN_POSSIBLE, **limits)  # type: ignore[arg-type]
    return session_to(target, folder, policy)


def test_thousands_of_rows_come_back_with_a_handful_of_statements(session: Session, tmp_path: Path) -> None:
    for change in CHANGES:
        before = rows(session, "t")
        run(session, change)
        after = rows(session, "t")
        assert after != before
        entry = undo(session)
        assert rows(session, "t") == before, change
        undo(session, keeper(session).journal.entry(entry).undone_by)
        assert rows(session, "t") == after, change
        undo(session, entry)
        assert rows(session, "t") == before, change
    run(session, "DELETE FROM t WHERE id > 0")
    entry = undo(session)
    told = [each for each in records(tmp_path / "state" / "audit.jsonl") if each.get("file") == f"undo of entry {entry}"]
    assert [each["line"] for each in told if each["event"] == "intent"] == [1, 2, 3]


def test_one_question_is_asked_for_all_rows(session: Session, target: Target, tmp_path: Path) -> None:
    run(session, "UPDATE t SET name = 'x' WHERE id > 0")
    run(session, "UPDATE t SET u = -u WHERE id < 30")
    run(session, "DELETE FROM t WHERE id > 2000")
    last = max(keeper(session).journal.entries())
    limited = _limited(session, target, tmp_path, confirm_rows=10)
    for entry, count in ((last, COUNT - 2000), (last - 1, 29), (last - 2, COUNT)):
        limited.ask = asked = Counting(Choice.RUN)
        undo(limited, entry)
        assert len(asked.asked) == 1
        assert [touched.rows for touched in asked.asked[0].touched] == [count]
        assert f"undo entry {entry}" in " ".join(asked.asked[0].notes)
        assert limited.ask is asked
    limited.connection.close()


@pytest.mark.parametrize("choice", [Choice.CANCEL, Choice.EDIT, Choice.STAGE])
def test_whatever_is_not_a_yes_changes_nothing(session: Session, target: Target, tmp_path: Path, choice: Choice) -> None:
    run(session, "DELETE FROM t WHERE id > 0")
    limited = _limited(session, target, tmp_path, confirm_rows=10)
    limited.ask = Counting(choice)
    with pytest.raises(Declined):
        undo(limited)
    assert rows(limited, "t")["t"] == []
    assert max(keeper(limited).journal.entries().items())[1].state is State.ROLLED_BACK
    limited.connection.close()


def test_an_undo_of_more_rows_than_the_policy_allows_is_refused(session: Session, target: Target, tmp_path: Path) -> None:
    run(session, "DELETE FROM t WHERE id > 0")
    limited = _limited(session, target, tmp_path, max_rows=COUNT - 1)
    with pytest.raises(SafesqlError):
        undo(limited)
    assert rows(limited, "t")["t"] == []
    limited.connection.close()
    allowed = _limited(limited, target, tmp_path, max_rows=COUNT)
    undo(allowed)
    assert len(rows(allowed, "t")["t"]) == COUNT
    allowed.connection.close()


def test_rows_that_refer_to_one_another_come_back_whole(session: Session) -> None:
    set_up(session, "CREATE TABLE r (id int PRIMARY KEY, up int, FOREIGN KEY (up) REFERENCES r (id) ON DELETE CASCADE)")
    set_up(session, "INSERT INTO r SELECT id, NULL FROM t")
    set_up(session, "UPDATE r SET up = 2301 - id WHERE id > 1")
    before = rows(session, "r")
    run(session, "DELETE FROM r WHERE id = 1")
    assert rows(session, "r") != before
    undo(session)
    assert rows(session, "r") == before


def test_a_commit_that_the_server_refuses_is_a_rollback_in_the_journal(postgres_target: Target, tmp_path: Path) -> None:
    session = session_to(postgres_target, tmp_path)
    set_up(session, "CREATE TABLE p (id int PRIMARY KEY)")
    set_up(session, "CREATE TABLE c (id int PRIMARY KEY, pid int REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED)")
    set_up(session, "INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1)")
    with pytest.raises(SafesqlError):
        run(session, "BEGIN; INSERT INTO c VALUES (2, 7); DELETE FROM c WHERE id = 1; COMMIT")
    assert len(rows(session, "c")["c"]) == 1
    states = {entry.state for entry in keeper(session).journal.entries().values()}
    assert states == {State.ROLLED_BACK}
    with pytest.raises(SafesqlError):
        run(session, "BEGIN; DELETE FROM c WHERE id = 1; SELECT 1 / 0")
    run(session, "COMMIT")
    assert len(rows(session, "c")["c"]) == 1
    states = {entry.state for entry in keeper(session).journal.entries().values()}
    assert states == {State.ROLLED_BACK}
    session.connection.close()


def test_a_commit_that_sqlite_refuses_leaves_the_transaction_and_the_journal_open(sqlite_target: Target, tmp_path: Path) -> None:
    session = session_to(sqlite_target, tmp_path)
    set_up(session, "PRAGMA foreign_keys = ON; CREATE TABLE p (id int PRIMARY KEY)")
    set_up(session, "CREATE TABLE c (id int PRIMARY KEY, pid int REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED)")
    with pytest.raises(SafesqlError):
        run(session, "BEGIN; INSERT INTO c VALUES (2, 7); COMMIT")
    assert {entry.state.pending for entry in keeper(session).journal.entries().values()} == {True}
    run(session, "INSERT INTO p VALUES (7); COMMIT")
    assert {entry.state for entry in keeper(session).journal.entries().values()} == {State.COMMITTED}
    session.connection.close()
