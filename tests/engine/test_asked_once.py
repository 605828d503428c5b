"""A question to a person asks the server once for what foreign keys do, however many parts of it need that."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from safesql.engine.session import Session
from safesql.guard.action import Environment
from safesql.guard.policy import Policy
from safesql.target import Target
from tests.engine.undo_rig import asked_of, session_to, set_up

SCHEMA = """
CREATE TABLE t (id integer PRIMARY KEY, v int);
CREATE TABLE c (t_id integer REFERENCES t (id) ON DELETE CASCADE);
INSERT INTO t VALUES (1, 1), (2, 2);
INSERT INTO c VALUES (1), (1), (2)
"""
KEYS = "FROM pragma_table_list m, pragma_foreign_key_list"


@pytest.fixture
def session(sqlite_target: Target, tmp_path: Path) -> Iterator[Session]:
    maker = session_to(sqlite_target, tmp_path)
    with closing(maker.connection):              # of another session, for nobody is asked about what his own one made
        set_up(maker, SCHEMA)
    opened = session_to(sqlite_target, tmp_path, Policy(environment=Environment.STAGING))
    with closing(opened.connection):
        yield opened


def _statements(session: Session) -> list[str]:
    """All that SQLite is given from now on."""
    given: list[str] = []
    raw = session.connection._raw  # type: ignore[attr-defined]
    assert isinstance(raw, sqlite3.Connection)
    raw.set_trace_callback(given.append)
    return given


def test_a_question_asks_for_foreign_keys_once(session: Session) -> None:
    given = _statements(session)
    set_up(session, "DELETE FROM t")
    assert asked_of(session)
    assert sum(KEYS in text for text in given[: given.index("DELETE FROM t")]) == 1
