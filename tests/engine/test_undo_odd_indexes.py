"""Unique indexes over expressions, parts of columns and ranges: what rows exchanged is put right, or refused whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from safesql.errors import Refused
from safesql.target import Target
from tests.engine.undo_rig import asked_of, keeper, rows, run, session_to, set_up, undo

TABLES = {
    "postgres": (
        "CREATE TABLE t (id int PRIMARY KEY, name text, n int NOT NULL); CREATE UNIQUE INDEX odd ON t (lower(name), (n % 10))",
        "CREATE TABLE t (id int PRIMARY KEY, name text, n int NOT NULL); CREATE UNIQUE INDEX odd ON t (lower(name)) WHERE n > 0",
        "CREATE TABLE t (id int PRIMARY KEY, name text, n int NOT NULL, "
        "CONSTRAINT odd EXCLUDE USING gist (int4range(length(name), length(name) + 1) WITH &&) WHERE (name IS NOT NULL))",
        "CREATE TABLE t (id int PRIMARY KEY, name text, n int NOT NULL, g text GENERATED ALWAYS AS (lower(name)) STORED UNIQUE)",
    ),
    "mariadb": (
        "CREATE TABLE t (id int PRIMARY KEY, name varchar(30), n int NOT NULL, g varchar(30) AS (lower(name)) PERSISTENT UNIQUE)",
        "CREATE TABLE t (id int PRIMARY KEY, name varchar(30), n int NOT NULL, UNIQUE odd (name(4)))",
    ),
    "sqlite": (
        "CREATE TABLE t (id integer PRIMARY KEY, name text, n int NOT NULL); CREATE UNIQUE INDEX odd ON t (lower(name))",
        "CREATE TABLE t (id integer PRIMARY KEY, name text, n int NOT NULL, g text AS (lower(name)) STORED UNIQUE)",
    ),
}
"""Names of other lengths that differ in their first letters, so that all these indexes take them."""
ROWS = "INSERT INTO t (id, name, n) VALUES (1, 'aaaa', 1), (2, 'bbbbb', 1), (3, 'cccccc', 1), (4, NULL, 1)"
MOVED = "UPDATE t SET name = CASE id WHEN 1 THEN 'DDDDDDD' WHEN 2 THEN 'AAAA' ELSE 'BBBBB' END WHERE id < 4"


@pytest.mark.parametrize("referred", [False, True], ids=["alone", "referred to"])
@pytest.mark.parametrize("at", range(4))
def test_values_that_moved_on_are_put_right_or_refused(target: Target, tmp_path: Path, at: int, *, referred: bool) -> None:
    session = session_to(target, tmp_path)
    made = TABLES[session.connection.dialect.name]
    set_up(session, f"{made[at % len(made)]}; {ROWS}")
    if referred:
        set_up(session, "CREATE TABLE c (t int PRIMARY KEY, FOREIGN KEY (t) REFERENCES t (id) ON DELETE CASCADE); "
                        "INSERT INTO c VALUES (1), (2)")  # fmt: skip
    before = rows(session, "t")
    if referred:
        with pytest.raises(Refused, match=r"could not be put right.*nothing changed"):
            run(session, MOVED)
        assert rows(session, "t") == before
    else:
        run(session, MOVED)
        after = rows(session, "t")
        assert after != before
        undo(session)
        assert rows(session, "t") == before
        undo(session, max(keeper(session).journal.entries()))
        assert rows(session, "t") == after
    session.connection.close()


@pytest.mark.parametrize("at", range(4))
def test_what_leaves_such_an_index_alone_and_single_rows_are_undone(target: Target, tmp_path: Path, at: int) -> None:
    session = session_to(target, tmp_path)
    made = TABLES[session.connection.dialect.name]
    set_up(session, f"{made[at % len(made)]}; {ROWS}")
    set_up(session, "CREATE TABLE c (t int PRIMARY KEY, FOREIGN KEY (t) REFERENCES t (id) ON DELETE CASCADE); INSERT INTO c VALUES (1)")
    for statement in ("UPDATE t SET name = 'zzzzzzzzz' WHERE id = 1", "DELETE FROM t WHERE id < 3",
                      "INSERT INTO t (id, name, n) VALUES (8, 'w', 2), (9, 'vv', 2)"):  # fmt: skip
        before = rows(session, "t", "c")
        run(session, statement)
        undo(session)
        assert rows(session, "t", "c") == before, statement
    assert not any("no undo" in message for message in asked_of(session))
    session.connection.close()


def test_columns_that_the_index_does_not_read_change_freely(target: Target, tmp_path: Path) -> None:
    session = session_to(target, tmp_path)
    name = session.connection.dialect.name
    set_up(session, f"{TABLES[name][1 if name == 'mariadb' else 0].replace(', (n % 10)', '')}; {ROWS}")
    set_up(session, "CREATE TABLE c (t int PRIMARY KEY, FOREIGN KEY (t) REFERENCES t (id)); INSERT INTO c VALUES (1)")
    before = rows(session, "t", "c")
    run(session, "UPDATE t SET n = n + 1 WHERE id > 0")
    undo(session)
    assert rows(session, "t", "c") == before
    session.connection.close()
