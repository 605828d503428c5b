"""A write and its SELECT: the same rows, and the same text again."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safesql.guard.analysis import effect_of
from safesql.rewrite.select_first import Turned, select_first
from safesql.sql.dialects import DIALECTS
from safesql.sql.statement import Statement

TURNED = [
    ("postgres", "DELETE FROM billing WHERE id = 3", "SELECT * FROM billing WHERE id = 3"),
    ("postgres", "DELETE FROM ONLY billing WHERE id = 3 RETURNING id", "SELECT * FROM ONLY billing WHERE id = 3"),
    ("postgres", "UPDATE billing AS b SET a = (SELECT 1 FROM u WHERE x) WHERE b.id = 3", "SELECT * FROM billing AS b WHERE b.id = 3"),
    ("postgres", "DELETE FROM billing b USING u WHERE u.id = b.id", "SELECT b.* FROM billing b, u WHERE u.id = b.id"),
    ("postgres", "UPDATE billing SET a = 1 FROM u WHERE u.id = 2", "SELECT billing.* FROM billing, u WHERE u.id = 2"),
    ("postgres", "WITH x AS (SELECT 1 AS i) DELETE FROM billing WHERE id IN (SELECT i FROM x)",
     "WITH x AS (SELECT 1 AS i) SELECT * FROM billing WHERE id IN (SELECT i FROM x)"),
    ("postgres", "UPDATE billing SET a = 1", "SELECT * FROM billing"),
    ("mysql", "DELETE b FROM billing b JOIN u ON u.id = b.id WHERE u.x = 1", "SELECT b.* FROM billing b JOIN u ON u.id = b.id WHERE u.x = 1"),
    ("mysql", "UPDATE billing b JOIN u ON u.id = b.id SET b.a = 1 WHERE u.x = 1", "SELECT b.* FROM billing b JOIN u ON u.id = b.id WHERE u.x = 1"),
    ("mysql", "DELETE QUICK FROM billing ORDER BY id LIMIT 3", "SELECT * FROM billing ORDER BY id LIMIT 3"),
    ("sqlite", "UPDATE OR IGNORE billing SET a = 1 WHERE id = 3", "SELECT * FROM billing WHERE id = 3"),
]
LEFT = ["SELECT 1", "INSERT INTO t VALUES (1)", "EXPLAIN DELETE FROM t WHERE a = 1", "DELETE FROM t RETURNING *", "TRUNCATE t"]


def turned(text: str, dialect: str) -> Turned | None:
    statement = Statement(text, DIALECTS[dialect])
    return select_first(effect_of(statement), statement)


@pytest.mark.parametrize(("dialect", "text", "select"), TURNED)
def test_a_write_is_turned_into_its_select_and_back(dialect: str, text: str, select: str) -> None:
    found = turned(text, dialect)
    assert found is not None
    assert found.select == select
    assert found.back(select) == text
    assert found.back(f"-- else\n{select}") is None


@pytest.mark.parametrize("text", LEFT)
def test_what_takes_no_rows_by_itself_is_left(text: str) -> None:
    assert turned(text, "postgres") is None


conditions = st.sampled_from(["id = 2", "id > 1 AND note = 'b'", "note IS NULL", "id IN (SELECT id FROM u)", "id = 9"])


@settings(max_examples=60, deadline=None)
@given(condition=conditions, other=conditions, write=st.sampled_from(["DELETE FROM t", "UPDATE t SET note = 'x'"]))
def test_the_rows_selected_are_those_that_are_written(condition: str, other: str, write: str) -> None:
    found = turned(f"{write} WHERE {condition}", "sqlite")
    assert found is not None
    edited = found.back(found.select.replace(condition, other))
    assert edited == f"{write} WHERE {other}"
    with closing(sqlite3.connect(":memory:")) as server:
        server.executescript("CREATE TABLE t (id integer, note text); CREATE TABLE u (id integer); INSERT INTO u VALUES (3);")
        server.executemany("INSERT INTO t VALUES (?, ?)", [(1, "a"), (2, "b"), (3, None), (4, "b")])
        selected = server.execute(found.select).fetchall()
        assert server.execute(found.before + found.kept).rowcount == len(selected)
