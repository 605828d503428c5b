"""A limit that could not be held to is refused, and a yes is asked with what it means."""

from __future__ import annotations

from contextlib import closing

import pytest

from safesql.backends import connect
from safesql.engine.answers import Answers
from safesql.engine.submit import submit
from safesql.engine.way_back import no_way_back
from safesql.errors import Refused
from safesql.guard.action import Action
from safesql.guard.policy import Policy
from safesql.result import Result
from safesql.sql.splitter import split
from safesql.sql.statement import Statement
from safesql.store.audit import AuditLog
from safesql.target import Target
from tests.engine.recorder import session_on


def _statement(text: str, session_dialect: object) -> Statement:
    from safesql.sql.dialect import Dialect

    assert isinstance(session_dialect, Dialect)
    (statement,) = split(text, session_dialect)
    assert isinstance(statement, Statement)
    return statement


def _nothing(result: Result) -> int:
    return sum(len(chunk) for chunk in result)


@pytest.mark.parametrize("answers", [Answers(expect_rows=1), Answers()])
def test_a_table_without_transactions_takes_no_limit(mariadb_target: Target, audit: AuditLog, answers: Answers) -> None:
    with closing(connect(mariadb_target)) as connection:
        session = session_on(connection, audit, Policy(max_rows=None if answers.expect_rows else 1))
        for text in ("CREATE TABLE kept (id INT) ENGINE=InnoDB", "CREATE TABLE lost (id INT) ENGINE=MyISAM"):
            submit(session, _statement(text, connection.dialect), _nothing)
        for table in ("kept", "lost"):
            insert = _statement(f"INSERT INTO {table} VALUES (1)", connection.dialect)
            submit(session_on(connection, audit), insert, _nothing)
        submit(session, _statement("DELETE FROM kept WHERE id = 1", connection.dialect), _nothing, answers)
        with pytest.raises(Refused, match=r"lost \(MyISAM\) has no transactions"):
            submit(session, _statement("DELETE FROM lost WHERE id = 1", connection.dialect), _nothing, answers)


@pytest.mark.parametrize(
    ("text", "said"),
    [("DELETE FROM kept", ""), ("DELETE FROM lost", "lost (MyISAM)"), ("TRUNCATE kept", "TRUNCATE by itself"),
     ("DELETE kept, lost FROM kept JOIN lost ON kept.id = lost.id", "lost (MyISAM)")],
)  # fmt: skip
def test_what_cannot_be_taken_back_is_known_before(mariadb_target: Target, audit: AuditLog, text: str, said: str) -> None:
    with closing(connect(mariadb_target)) as connection:
        session = session_on(connection, audit)
        for table in ("kept (id INT) ENGINE=InnoDB", "lost (id INT) ENGINE=MyISAM"):
            submit(session, _statement(f"CREATE TABLE {table}", connection.dialect), _nothing)
        sentence = no_way_back(connection, session.judge(_statement(text, connection.dialect)))
        assert said in sentence
        assert bool(said) == bool(sentence)


BEHIND = """
CREATE DATABASE IF NOT EXISTS {0}_far;
CREATE TABLE kept (id int PRIMARY KEY) ENGINE=InnoDB;
CREATE TABLE lost (id int) ENGINE=InnoDB;
CREATE TABLE {0}_far.kept (id int PRIMARY KEY) ENGINE=InnoDB;
CREATE TABLE {0}_far.lost (id int) ENGINE=MyISAM;
CREATE TRIGGER {0}_far.fires BEFORE DELETE ON {0}_far.kept FOR EACH ROW INSERT INTO lost VALUES (1);
CREATE FUNCTION {0}_far.writes() RETURNS int RETURN {0}_far.within();
CREATE PROCEDURE {0}_far.alters() ALTER TABLE kept ADD COLUMN x int;
CREATE PROCEDURE {0}_far.commits() COMMIT;
CREATE PROCEDURE {0}_far.reads() SELECT 1
"""
WITHIN = "CREATE FUNCTION {0}_far.within() RETURNS int BEGIN INSERT INTO lost VALUES (1); RETURN 1; END"


@pytest.mark.parametrize(
    ("text", "said"),
    [("DELETE FROM {0}_far.kept WHERE id = 1", "lost (MyISAM)"), ("DELETE FROM kept WHERE id = 1", ""),
     ("UPDATE kept SET id = {0}_far.writes() WHERE id = 1", "lost (MyISAM)"), ("DELETE FROM lost WHERE id = 1", ""),
     ("CALL {0}_far.alters()", "ALTER TABLE by itself"), ("CALL {0}_far.commits()", "COMMIT in what it starts"),
     ("CALL {0}_far.reads()", "")],
)  # fmt: skip
def test_what_stands_behind_names_is_known_before_too(
    mariadb_target: Target, audit: AuditLog, text: str, said: str
) -> None:
    base = mariadb_target.database
    with closing(connect(mariadb_target)) as maker:
        for made in (*BEHIND.format(base).strip().split(";\n"), WITHIN.format(base)):
            submit(session_on(maker, audit), Statement(made, maker.dialect), _nothing)
    try:
        with closing(connect(mariadb_target)) as connection:
            verdict = session_on(connection, audit).looked_up(_statement(text.format(base), connection.dialect))
            sentence = no_way_back(connection, verdict)
            assert said in sentence
            assert bool(said) == bool(sentence)
    finally:
        with closing(connect(mariadb_target)) as maker:
            policy = Policy(actions={"drop-container": Action.ALLOW})
            submit(session_on(maker, audit, policy), _statement(f"DROP DATABASE {base}_far", maker.dialect), _nothing)
