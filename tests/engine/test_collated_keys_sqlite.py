"""SQLite's foreign keys compare as the parent's column does: what a preview counts is what they then reach."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from safesql.engine.counting import touched
from safesql.engine.keeper import NoKeeper
from safesql.engine.session import Session
from safesql.errors import StatementFailed
from safesql.sql.statement import Statement
from safesql.target import Target
from tests.engine.undo_rig import rows, run, run_one, session_to, undo

KINDS = ("text", "text COLLATE NOCASE", "text COLLATE RTRIM", "integer", "blob")
VALUES = ("'a'", "'A'", "'a '", "1", "'1'", "'01'", "1.0", "X'61'")
TABLES = ("p", "c", "g")


@pytest.fixture
def session(sqlite_target: Target, tmp_path: Path) -> Iterator[Session]:
    opened = session_to(sqlite_target, tmp_path)
    with closing(opened.connection):
        yield opened


def _filled(session: Session, parent: str, child: str) -> None:
    """A parent of all values that its column keeps apart, children of all that refer to one, a row behind each child."""
    run(session, f"CREATE TABLE p (n integer PRIMARY KEY, k {parent} UNIQUE); CREATE TABLE c (n integer PRIMARY KEY, "
        f"f {child} REFERENCES p (k) ON DELETE CASCADE); CREATE TABLE g (n integer REFERENCES c (n) ON DELETE CASCADE)")  # fmt: skip
    for value in VALUES:
        run(session, f"INSERT OR IGNORE INTO p (k) VALUES ({value})")
    for value in VALUES:
        try:
            run(session, f"INSERT INTO c (f) VALUES ({value})")
        except StatementFailed:
            continue
    run(session, "INSERT INTO g SELECT n FROM c")


def _delete(number: int) -> str:
    return f"DELETE FROM p WHERE n = {number}"


@pytest.mark.parametrize("parent", KINDS[:4])
@pytest.mark.parametrize("child", KINDS)
def test_rows_behind_keys_of_any_collation_are_counted(session: Session, parent: str, child: str) -> None:
    kept, session.keeper = session.keeper, NoKeeper()
    _filled(session, parent, child)
    session.keeper = kept
    for number in range(1, len(rows(session, "p")["p"]) + 1):
        statement = Statement(_delete(number), session.connection.dialect)
        said = {each.name: each.rows for each in touched(session.connection, session.looked_up(statement))}
        before = rows(session, *TABLES)
        try:
            run_one(session, statement)
        except StatementFailed:          # children that are compared in one way when they come and in another when they go
            continue
        after = rows(session, *TABLES)
        gone = {table: len(before[table]) - len(after[table]) for table in TABLES}
        assert said == {table: count for table, count in gone.items() if count}
        undo(session)
        assert rows(session, *TABLES) == before
