"""MariaDB does not count what foreign keys delete: rows of a whole span of keys are gone at once, others one by one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from safesql.engine.session import Session
from safesql.target import Target
from tests.engine.undo_rig import keeper, rows, run, session_to, set_up, undo

SCHEMA = """
CREATE TABLE p (id int PRIMARY KEY, v int);
CREATE TABLE c (id bigint PRIMARY KEY, p_id int, FOREIGN KEY (p_id) REFERENCES p (id) ON DELETE CASCADE);
INSERT INTO p SELECT seq, seq FROM seq_1_to_40;
INSERT INTO c SELECT CAST(seq AS SIGNED) - 21, 1 + (seq - 1) DIV {0} FROM seq_1_to_40
"""


@pytest.fixture
def session(mariadb_target: Target, tmp_path: Path) -> Iterator[Session]:
    opened = session_to(mariadb_target, tmp_path)
    with closing(opened.connection):
        yield opened


@pytest.mark.parametrize("each", [1, 4])
@pytest.mark.parametrize("condition", ["id BETWEEN 2 AND 9", "id IN (2, 5, 9)", "id = 1", "id > 0"])
def test_rows_behind_a_span_of_keys_are_taken_back(session: Session, each: int, condition: str) -> None:
    set_up(session, SCHEMA.format(each))
    before = rows(session, "p", "c")
    run(session, f"DELETE FROM p WHERE {condition}")
    gone = {name: len(before[name]) - len(now) for name, now in rows(session, "p", "c").items()}
    entry = max(keeper(session).journal.entries().values(), key=lambda entry: entry.id)
    assert {name.rpartition(".")[2]: count for name, count in entry.rows.items()} == gone
    undo(session)
    assert rows(session, "p", "c") == before
