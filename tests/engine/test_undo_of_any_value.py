"""A law: random rows of every type, deleted, updated or added to and taken back, are byte for byte what they were.

They are compared as the servers themselves write them down: COPY in binary, hexadecimal digits and the checksum of the
stored records, and the bytes of SQLite's values.
"""

from __future__ import annotations

import os
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safesql.engine.session import Session
from safesql.rewrite.probe import Probe
from safesql.target import Target
from tests.engine.any_value import MARIADB, POSTGRES, SQLITE, Made, value
from tests.engine.undo_rig import asked_of, copied, run, session_to, set_up, undo

MORE = int(os.environ.get("SAFESQL_TEST_MORE", "1"))       # times as many for a night
CASES = {"postgres": 25, "mariadb": 40, "sqlite": 40}
ROWS = 3
KINDS: dict[str, dict[str, Made]] = {
    "postgres": POSTGRES, "mariadb": MARIADB,
    "sqlite": {f"{kind}/*{number}*/": made for number, made in enumerate(SQLITE) for kind in ("", "text", "integer", "real")},
}  # fmt: skip
HEAD = {
    "postgres": "CREATE TYPE mood AS ENUM ('so''so', '', 'é'); CREATE TYPE pair AS (a int, b text, c float8); "
                "CREATE DOMAIN positive AS int CHECK (VALUE > 0); CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
                "twice int GENERATED ALWAYS AS (id * 2) STORED, {0})",
    "mariadb": "SET SESSION sql_mode = ''; CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, twice int AS (n * 2) PERSISTENT, "
               "n int DEFAULT 4 INVISIBLE, {0}) CHARACTER SET utf8mb4",
    "sqlite": "CREATE TABLE t (id integer PRIMARY KEY, twice AS (id * 2) STORED, {0})",
}  # fmt: skip


@pytest.fixture
def session(target: Target, tmp_path: Path) -> Iterator[Session]:
    opened = session_to(target, tmp_path)
    columns = ", ".join(f"c{at} {kind}" for at, kind in enumerate(_kinds(opened)))
    set_up(opened, HEAD[opened.connection.dialect.name].format(columns))
    yield opened
    opened.connection.close()


def test_what_is_taken_back_is_byte_for_byte_as_it_was(session: Session, target: Target) -> None:
    name = session.connection.dialect.name

    @settings(max_examples=CASES[name] * MORE, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(seed=st.integers(0, 1 << 32))
    def law(seed: int) -> None:
        r = Random(seed)
        set_up(session, "DELETE FROM t WHERE id > 0; " + "; ".join(_insert(session, r) for _ in range(ROWS)))
        before = _stored(session, target)
        changes = [_update(session, r), _insert(session, r), "DELETE FROM t WHERE id > 0", _update(session, r)]
        for change in r.sample(changes, 2):
            run(session, change)
            after = _stored(session, target)
            assert after != before or change.startswith("UPDATE")
            undo(session)
            assert _stored(session, target) == before
        assert not any("no undo" in message for message in asked_of(session))

    law()


def _kinds(session: Session) -> dict[str, Made]:
    return KINDS[session.connection.dialect.name]


def _insert(session: Session, r: Random) -> str:
    """A row."""
    kinds = _kinds(session)
    names = ", ".join(f"c{at}" for at in range(len(kinds)))
    return f"INSERT INTO t ({names}) VALUES ({', '.join(value(made, r) for made in kinds.values())})"


def _update(session: Session, r: Random) -> str:
    """Some columns of all rows, or of the first ones."""
    chosen = r.sample(list(enumerate(_kinds(session).values())), 5)
    listed = ", ".join(f"c{at} = {value(made, r)}" for at, made in chosen)
    return f"UPDATE t SET {listed} WHERE id >= (SELECT * FROM (SELECT min(id) FROM t) AS x) + {r.randrange(2)}"


def _stored(session: Session, target: Target) -> object:
    """All rows as the server itself writes them."""
    match session.connection.dialect.name:
        case "postgres":
            return copied(target, "t")
        case "sqlite":
            return _bits(Path(target.path))
        case _:
            return _hexed(session)


def _hexed(session: Session) -> list[object]:
    """HEX rounds numbers, and is left out where it does; the checksum is of the records as they are stored."""
    rounded = ("float", "double", "decimal", "time", "date", "year")
    listed = [f"c{at}" if kind.startswith(rounded) else f"HEX(c{at})" for at, kind in enumerate(MARIADB)]
    rows = session.connection.query(Probe(f"SELECT id, twice, n, {', '.join(listed)} FROM t ORDER BY id", "all")).rows()
    return [*rows, *session.connection.query(Probe("CHECKSUM TABLE t EXTENDED", "of what is stored")).rows()]


def _bits(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as other:
        other.text_factory = bytes
        columns = ", ".join(f"typeof(c{at}), c{at}" for at in range(len(KINDS["sqlite"])))
        found = other.execute(f"SELECT id, twice, {columns} FROM t ORDER BY id").fetchall()
    return [tuple(struct.pack(">d", cell) if isinstance(cell, float) else cell for cell in row) for row in found]
