"""Rows that exchanged values no two of them may share get their own back, whoever refers to them."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from safesql.engine.undoing.staged import stage_undo
from safesql.engine.undoing.takeback import undoable
from safesql.target import Target
from tests.engine.undo_rig import asked_of, keeper, rows, run, session_to, set_up, undo

TABLES = """
CREATE TABLE s (id int PRIMARY KEY, u int NOT NULL, r int, a int NOT NULL, b int NOT NULL, note text{unique});
CREATE TABLE c (id int PRIMARY KEY, s int REFERENCES s (id) ON DELETE CASCADE);
"""
UNIQUE = ", UNIQUE (u){how}, UNIQUE (r){how}, UNIQUE (a, b){how}"
DEFERRABLE = (
    "UPDATE s SET u = 7 - u, note = 'turned'",
    "UPDATE s SET r = 6 - r",
    "UPDATE s SET a = b, b = a",
    "UPDATE s SET u = (u % 6) + 1, r = 7 - r, a = b + 1, b = a",
    "UPDATE s SET u = CASE u WHEN 1 THEN 2 WHEN 2 THEN 3 WHEN 3 THEN 1 ELSE u + 10 END",
)
ALWAYS = (
    "UPDATE s SET u = u - 1, note = 'down'",
    "UPDATE s SET r = r - 1 WHERE r > 0",
    "UPDATE s SET u = u - 1, a = a - 2",
)


@pytest.mark.parametrize("referred", [False, True], ids=["alone", "referred to"])
@pytest.mark.parametrize("statement", [*DEFERRABLE, *ALWAYS])
def test_what_rows_exchanged_is_put_right(postgres_target: Target, tmp_path: Path, statement: str, *, referred: bool) -> None:
    session = session_to(postgres_target, tmp_path)
    how = " DEFERRABLE" if statement in DEFERRABLE else ""
    set_up(session, TABLES.format(unique=UNIQUE.format(how=how)))
    if not referred:
        set_up(session, "DROP TABLE c")
    chance = Random(statement)
    for number in range(1, 7):
        note = chance.choice(("NULL", "'x'"))
        set_up(session, f"INSERT INTO s VALUES ({number}, {number}, {number if number < 6 else 'NULL'}, {number}, 0, {note})")
    if referred:
        set_up(session, "INSERT INTO c SELECT id, id FROM s")
    before = rows(session, "s")
    run(session, statement)
    after = rows(session, "s")
    assert after != before and not any("no undo" in message for message in asked_of(session))
    undone = undo(session)
    assert rows(session, "s") == before
    undo(session, max(keeper(session).journal.entries()))
    assert rows(session, "s") == after
    script = tmp_path / "undo.sql"
    stage_undo(session, keeper(session), undoable(keeper(session), undone), script)
    set_up(session, "BEGIN;" + script.read_text("utf-8").partition("BEGIN;")[2])
    assert rows(session, "s") == before
    assert not referred or len(rows(session, "c")["c"]) == 6
    session.connection.close()
