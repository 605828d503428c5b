"""Foreign keys over many tables, and around in circles: counted and taken back, or said beforehand not to be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from safesql.engine.counting import touched
from safesql.engine.session import Session
from safesql.engine.touched import Touched
from safesql.sql.statement import Statement
from safesql.target import Target
from tests.engine.undo_rig import asked_of, rows, run, session_to, set_up, undo

FAR = 20                   # tables: far more than brackets that SQLite's parser reads
DELETE = "DELETE FROM t0 WHERE a = 1"


@pytest.fixture
def session(sqlite_target: Target, tmp_path: Path) -> Iterator[Session]:
    opened = session_to(sqlite_target, tmp_path)
    with closing(opened.connection):
        yield opened


def _tables(count: int, *, own: bool = False, around: bool = False) -> str:
    """Tables that refer to the one before, and to ``own`` rows as well; the first one to the last."""
    made = []
    for number in range(count):
        parents = [(number - 1) % count] if number or around else []
        parents += [number] if own else []
        keys = "".join(
            f", FOREIGN KEY (p{at}, q{at}) REFERENCES t{parent} (a, b) ON DELETE CASCADE" for at, parent in enumerate(parents)
        )
        columns = "".join(f", p{at} int, q{at} int" for at in range(len(parents)))
        made.append(f"CREATE TABLE t{number} (a int, b int{columns}, PRIMARY KEY (a, b){keys})")
    return "; ".join(made)


def _rows(count: int, *, own: bool = False) -> str:
    """In each table two rows below the first one and one below the second, and one more below each other."""
    made = ["INSERT INTO t0 (a, b) VALUES (1, 1), (2, 1)"]
    for number in range(1, count):
        made.append(f"INSERT INTO t{number} (a, b, p0, q0) VALUES (1, 1, 1, 1), (2, 1, 2, 1), (3, 1, 1, 1)")
        if own:
            made.append(f"INSERT INTO t{number} (a, b, p1, q1) VALUES (4, 1, 3, 1), (5, 1, 4, 1), (6, 1, 2, 1)")
    return "; ".join(made)


def _said(session: Session) -> tuple[Touched, ...]:
    return touched(session.connection, session.looked_up(Statement(DELETE, session.connection.dialect)))


@pytest.mark.parametrize("own", [False, True])
def test_a_long_way_is_counted_and_taken_back(session: Session, own: bool) -> None:
    tables = [f"t{number}" for number in range(FAR)]
    set_up(session, f"{_tables(FAR, own=own)}; {_rows(FAR, own=own)}")
    before = rows(session, *tables)
    said = {each.name: each.rows for each in _said(session)}
    run(session, DELETE)
    after = rows(session, *tables)
    assert said == {table: len(before[table]) - len(after[table]) for table in tables}
    undo(session)
    assert rows(session, *tables) == before


@pytest.mark.parametrize(("count", "able"), [(2, True), (8, True), (9, False), (FAR, False)])
def test_a_circle_is_counted_and_taken_back_or_said_not_to_be(session: Session, count: int, able: bool) -> None:
    last = f"t{count - 1}"
    set_up(session, f"{_tables(count, around=True)}; {_rows(count)}; UPDATE t0 SET p0 = 3, q0 = 1 WHERE a = 2")
    before = rows(session, last)
    said = _said(session)
    assert able or "lead in circles over more tables than SQLite reads" in str(said[-1])
    run(session, DELETE)
    assert any("lead in circles" in message for message in asked_of(session)) is not able
    if able:
        gone = {each.name: each.rows for each in said}
        assert gone[last] == len(before[last]) - len(rows(session, last)[last]) > 2
        undo(session)
        assert rows(session, last) == before
