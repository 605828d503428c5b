"""Limits on rows hold for what the server really touched: foreign keys, triggers, other sessions' rows included."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace

import pytest

from safesql.backends import connect
from safesql.backends.contract import Connection, Transaction
from safesql.engine.answers import Answers
from safesql.engine.question import Choice, Question, Reply
from safesql.engine.session import Session
from safesql.engine.stopped import Stopped
from safesql.engine.submit import submit
from safesql.errors import Drift, SafesqlError
from safesql.guard.action import Action, Environment
from safesql.guard.limits import Limits
from safesql.guard.policy import Policy
from safesql.result import Result
from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Family
from safesql.sql.splitter import split
from safesql.sql.statement import Statement
from safesql.store.audit import AuditLog
from safesql.target import Target
from tests.engine.recorder import session_on

SCHEMA = (
    "CREATE TABLE billing (id integer PRIMARY KEY, amount integer)",
    "CREATE TABLE item (id integer PRIMARY KEY, billing_id integer, FOREIGN KEY (billing_id) REFERENCES billing (id) "
    "ON DELETE CASCADE ON UPDATE CASCADE)",
    "CREATE TABLE note (id integer PRIMARY KEY, item_id integer, FOREIGN KEY (item_id) REFERENCES item (id) "
    "ON DELETE SET NULL)",
    "INSERT INTO billing VALUES (1, 10), (2, 20), (3, 30), (4, 40)",
    "INSERT INTO item VALUES (11, 1), (12, 1), (13, 1), (21, 2)",
    "INSERT INTO note VALUES (1, 11), (2, 12), (3, 21), (4, NULL)",
)
QUIET = Policy(Environment.DEVELOPMENT)


@dataclass(slots=True)
class Asked:
    """A person who says yes, or types what is asked for; ``meanwhile`` happens while they think."""

    question: Question | None = None
    meanwhile: Connection | None = None
    text: str = ""

    def __call__(self, question: Question) -> Reply:
        self.question = question
        if self.meanwhile is not None:
            run(session_of(self.meanwhile, None, QUIET), self.text)
        return Reply(Choice.RUN, typed=question.expected, by="me")


def nothing(result: Result) -> int:
    return sum(len(chunk) for chunk in result)


def session_of(connection: Connection, audit: AuditLog | None, policy: Policy) -> Session:
    assert audit is not None or policy is QUIET
    return session_on(connection, audit or AUDIT[0], policy)


AUDIT: list[AuditLog] = []


@pytest.fixture(autouse=True)
def _log(audit: AuditLog) -> Iterator[None]:
    AUDIT[:] = [audit]
    yield
    AUDIT.clear()


def run(session: Session, text: str, answers: Answers = Answers()) -> None:  # noqa: B008 -- frozen
    for statement in split(text, session.connection.dialect):
        assert isinstance(statement, Statement)
        submit(session, statement, nothing, answers)


def number(connection: Connection, text: str) -> int:
    return int(str(next(connection.query(Probe(text, "test")).rows())[0]))


@pytest.fixture
def billing(target: Target) -> Iterator[Connection]:
    """Four bills; the first has three items and two notes behind it."""
    with closing(connect(target)) as connection:
        session = session_of(connection, None, QUIET)
        if connection.dialect.family is Family.SQLITE:
            run(session, "PRAGMA foreign_keys = ON")
        for text in SCHEMA:
            run(session, text)
        yield connection


def test_a_limit_counts_the_rows_behind_foreign_keys_before_anything_is_sent(billing: Connection, audit: AuditLog) -> None:
    session = session_of(billing, audit, replace(QUIET, max_rows=5))
    with pytest.raises(Stopped, match="6 rows would be touched"):
        run(session, "DELETE FROM billing WHERE id = 1")
    run(session, "DELETE FROM billing WHERE id = 2")         # itself, an item and a note
    assert number(billing, "SELECT count(*) FROM billing") == 3


def test_an_expected_number_is_of_the_statements_own_rows(billing: Connection, audit: AuditLog) -> None:
    session = session_of(billing, audit, QUIET)
    with pytest.raises(Drift, match="1 rows were touched where 2 were expected"):
        run(session, "DELETE FROM billing WHERE id = 1", Answers(expect_rows=2))
    assert number(billing, "SELECT count(*) FROM item") == 4
    run(session, "DELETE FROM billing WHERE id = 1", Answers(expect_rows=1))
    assert number(billing, "SELECT count(*) FROM item") == 1


@pytest.mark.parametrize("opened", [False, True])
def test_what_a_trigger_does_counts_against_the_limit_and_is_rolled_back(
    billing: Connection, audit: AuditLog, *, opened: bool
) -> None:
    run(session_of(billing, None, QUIET), "CREATE TABLE log (id integer)")
    if billing.dialect.family is Family.POSTGRES:
        insert = "INSERT INTO log SELECT generate_series(1, 50)"
        run(session_of(billing, None, QUIET), f"CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {insert}; "
            "RETURN OLD; END $$; CREATE TRIGGER tr AFTER DELETE ON billing FOR EACH ROW EXECUTE FUNCTION f()")  # fmt: skip
    else:
        inserts = "; ".join(["INSERT INTO log VALUES (1), (2), (3), (4), (5)"] * 10)
        body = f"CREATE TRIGGER tr AFTER DELETE ON billing FOR EACH ROW BEGIN {inserts}; END"
        submit(session_of(billing, None, QUIET), Statement(body, billing.dialect), nothing)
    session = session_of(billing, audit, replace(QUIET, max_rows=20))
    if opened:
        billing.begin()
    with pytest.raises(Drift, match=r"with foreign keys and triggers 5[16] rows were touched"):
        run(session, "DELETE FROM billing WHERE id = 4")
    assert (billing.transaction is Transaction.OPEN) is opened
    assert number(billing, "SELECT count(*) FROM billing") == 4
    assert number(billing, "SELECT count(*) FROM log") == 0


def test_the_limit_of_one_table_holds_for_that_table_only(billing: Connection, audit: AuditLog) -> None:
    policy = replace(QUIET, tables={"billing": Limits(max_rows=1), "note": Limits(max_rows=1)})
    session = session_of(billing, audit, policy)
    with pytest.raises(Stopped, match=r"2 rows of billing would be touched; the policy's limit there is 1"):
        run(session, "UPDATE billing SET amount = 0 WHERE id IN (1, 2)")
    with pytest.raises(Stopped, match=r"2 rows of note would be touched"):
        run(session, "DELETE FROM billing WHERE id = 1")
    run(session, "UPDATE item SET id = id + 100 WHERE billing_id = 3; UPDATE billing SET amount = 0 WHERE id = 1")


def test_a_part_of_a_table_may_be_too_much(billing: Connection, audit: AuditLog) -> None:
    session = session_of(billing, audit, replace(QUIET, max_percent=50))
    with pytest.raises(Stopped, match="3 rows of billing would be touched, 75 percent of it"):
        run(session, "UPDATE billing SET amount = 0 WHERE id > 1")
    run(session, "UPDATE billing SET amount = 0 WHERE id > 2")


def test_a_yes_is_to_the_rows_that_were_counted_and_no_more(target: Target, audit: AuditLog) -> None:
    with closing(connect(target)) as connection, closing(connect(target)) as other:
        for text in SCHEMA:
            run(session_of(connection, None, QUIET), text)
        asked = Asked(meanwhile=other, text="INSERT INTO billing VALUES (5, 50)")
        session = session_of(connection, audit, replace(QUIET, actions={"delete-without-where": Action.CONFIRM}))
        session.ask = asked
        with pytest.raises(SafesqlError, match="5 rows were touched where at most 4 were confirmed"):
            run(session, "DELETE FROM billing")
        assert asked.question is not None
        assert str(asked.question.touched[0]) == "4 of 4 rows of billing"
        assert number(connection, "SELECT count(*) FROM billing") == 5


def test_the_question_names_rows_behind_and_triggers(billing: Connection, audit: AuditLog) -> None:
    asked = Asked()
    session = session_of(billing, audit, replace(QUIET, confirm_rows=0))
    session.ask = asked
    run(session, "DELETE FROM billing WHERE id = 1")
    assert asked.question is not None
    assert sorted(map(str, asked.question.touched)) == [
        "1 of 4 rows of billing", "2 rows of note by SET NULL", "3 rows of item by ON DELETE CASCADE",
    ]  # fmt: skip


def test_no_way_back_asks_one_level_higher(mariadb_target: Target, audit: AuditLog) -> None:
    with closing(connect(mariadb_target)) as connection:
        run(session_of(connection, None, QUIET), "CREATE TABLE lost (id integer) ENGINE=MyISAM; INSERT INTO lost VALUES (1)")
        session = session_of(connection, audit, replace(QUIET, actions={"delete-without-where": Action.CONFIRM}))
        asked = Asked()
        session.ask = asked
        run(session, "DELETE FROM lost")
        assert asked.question is not None
        assert asked.question.action is Action.TYPE
        assert asked.question.expected == "lost 1"
        assert any("no way back" in finding.message for finding in asked.question.verdict.findings)
