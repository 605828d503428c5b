"""An upsert that gives a row another key moves the rows that refer to it, and the count says so before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from safesql.backends import connect
from safesql.backends.contract import Connection
from safesql.engine.counting import touched
from safesql.engine.notes import notes
from safesql.guard.action import Environment
from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.rewrite.probe import Probe
from safesql.sql.statement import Statement
from safesql.store.audit import AuditLog
from safesql.target import Target
from tests.engine.recorder import session_on
from tests.engine.test_row_guard import run

QUIET = Policy(Environment.DEVELOPMENT)
SERVERS = ["postgres", "mariadb", "sqlite"]
SCHEMA = """
CREATE TABLE parent (id integer PRIMARY KEY, u integer UNIQUE, v integer);
CREATE TABLE child (id integer PRIMARY KEY, p integer, FOREIGN KEY (p) REFERENCES parent (id) ON UPDATE CASCADE);
INSERT INTO parent VALUES (1, 10, 0), (2, 20, 0);
INSERT INTO child VALUES (1, 1), (2, 1), (3, 2)
"""
ARMS = [
    ("id", "(1, 11, 0)", "id = 77", 2),
    ("u", "(9, 10, 0)", "id = 9, v = 5", 2),
    ("u", "(9, 10, 0)", "id = {new_id}", 2),
    ("id", "(1, 11, 0)", "id = {new_id}, v = {new_v}", 0),
    ("id", "(1, 11, 0)", "v = 5", 0),
    ("id", "(1, 10, 3)", "id = {new_id}, u = {new_u}", 0),
    ("u", "(2, 20, 3), (9, 10, 3)", "id = {new_id}", 2),
    ("id", "(1, 11, 0)", "id = parent.id, v = 5", 0),
    ("id", "(1, 11, 0)", "id = parent.id + 50", 2),
    ("id", "(8, 80, 0)", "id = 77", 0),
]


@pytest.fixture
def server(request: pytest.FixtureRequest, audit: AuditLog) -> Iterator[Connection]:
    target = request.getfixturevalue(f"{request.param}_target")
    assert isinstance(target, Target)
    with closing(connect(target)) as connection:
        if connection.dialect.name == "sqlite":
            run(session_on(connection, audit, QUIET), "PRAGMA foreign_keys = ON")
        run(session_on(connection, audit, QUIET), SCHEMA)
        yield connection


def upsert(connection: Connection, key: str, row: str, values: str) -> str:
    if connection.dialect.name == "mariadb":
        return f"INSERT INTO parent VALUES {row} ON DUPLICATE KEY UPDATE " + values.format(
            new_id="VALUES(id)", new_u="VALUES(u)", new_v="VALUES(v)"
        )
    new = {"new_id": "excluded.id", "new_u": "excluded.u", "new_v": "EXCLUDED.v"}
    return f"INSERT INTO parent VALUES {row} ON CONFLICT ({key}) DO UPDATE SET " + values.format(**new)


def children(connection: Connection) -> dict[object, object]:
    return {str(row[0]): str(row[1]) for row in connection.query(Probe("SELECT id, p FROM child", "test")).rows()}


@pytest.mark.parametrize("server", SERVERS, indirect=True)
@pytest.mark.parametrize(("key", "row", "values", "moved"), ARMS)
def test_what_a_key_that_an_upsert_overwrites_moves_is_what_was_said(
    server: Connection, audit: AuditLog, key: str, row: str, values: str, moved: int
) -> None:
    text = upsert(server, key, row, values)
    said = touched(server, judge(Statement(text, server.dialect), QUIET))
    before = children(server)
    run(session_on(server, audit, QUIET), text)
    after = children(server)
    assert sum(before[child] != after[child] for child in before) == moved
    assert all(table.rows is not None for table in said)
    assert sum(table.rows or 0 for table in said if table.fate is not None) == moved


@pytest.mark.parametrize("server", SERVERS, indirect=True)
@pytest.mark.parametrize("where", ["v < {0}() * 3 + 1", "id IN (SELECT id FROM parent WHERE v < {0}())"])
def test_a_condition_that_answers_otherwise_each_time_is_named(server: Connection, where: str) -> None:
    name = "rand" if server.dialect.name == "mariadb" else "random"
    text = f"DELETE FROM child WHERE {where.format(name)}".replace("WHERE v <", "WHERE p <", 1)
    verdict = judge(Statement(text, server.dialect), QUIET)
    (line,) = notes(server, verdict).lines
    assert line == f"{name} answers otherwise each time it is asked: the rows that are counted may not be those that it takes"


@pytest.mark.parametrize("server", SERVERS, indirect=True)
def test_a_column_or_value_with_such_a_name_is_none(server: Connection) -> None:
    verdict = judge(Statement("UPDATE child SET p = 1 WHERE 'random()' <> 'rand()' AND id = 3", server.dialect), QUIET)
    assert notes(server, verdict).lines == ()


@pytest.mark.parametrize("server", ["postgres"], indirect=True)
def test_an_estimate_is_never_more_than_the_rows_there_are(server: Connection, audit: AuditLog) -> None:
    run(session_on(server, audit, QUIET), "CREATE FUNCTION writing(integer) RETURNS boolean LANGUAGE plpgsql AS "
        "$$ BEGIN INSERT INTO child VALUES ($1 + 100, 1); RETURN true; END $$")  # fmt: skip
    verdict = judge(Statement("DELETE FROM child WHERE writing(id)", server.dialect), QUIET)
    (table, *_) = touched(server, verdict)
    assert (table.of, table.exact) == (3, False)
    assert table.rows is not None
    assert table.rows <= 3
    assert len(children(server)) == 3


@pytest.mark.parametrize("server", ["mariadb"], indirect=True)
def test_the_idiom_that_asks_for_the_id_moves_nothing(server: Connection) -> None:
    text = "INSERT INTO parent VALUES (1, 10, 3) ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id), v = 3"
    said = touched(server, judge(Statement(text, server.dialect), QUIET))
    assert [table.rows for table in said if table.fate is not None] == []
