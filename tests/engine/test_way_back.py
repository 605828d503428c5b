"""A limit that could not be held to is refused, and a yes is asked with what it means."""

from __future__ import annotations

from contextlib import closing

import pytest

from safesql.backends import connect
from safesql.engine.answers import Answers
from safesql.engine.submit import submit
from safesql.engine.way_back import no_way_back
from safesql.errors import Refused
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
