"""What is said of SQLite's one lock is what another connection meets; what writes every row anew is seen in the pages."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from safesql.guard.analysis import effect_of
from safesql.guard.locks import Blocks, Lock, locks_of
from safesql.sql.dialects import DIALECTS
from safesql.sql.splitter import split
from safesql.sql.statement import Statement

ROWS = 5000
MADE = (
    "CREATE TABLE t (id integer PRIMARY KEY, a text, b text)",
    f"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS}) "
    "INSERT INTO t SELECT i, 'some text', 'some more of it' FROM n",
)


def locks(sql: str) -> tuple[Lock, ...]:
    """What is said of a statement."""
    statement = next(iter(split(sql, DIALECTS["sqlite"])))
    assert isinstance(statement, Statement)
    return locks_of(statement, effect_of(statement))


@pytest.mark.parametrize("sql", [
    "ALTER TABLE t ADD COLUMN c int",
    "ALTER TABLE t RENAME COLUMN a TO c",
    "ALTER TABLE t DROP COLUMN a",
    "CREATE INDEX i ON t (a)",
    "UPDATE t SET a = 'x' WHERE id = 1",
    "VACUUM",
])  # fmt: skip
def test_a_second_writer_waits_and_rewriting_writes_every_page(sql: str, sqlite_path: Path) -> None:
    with sqlite3.connect(sqlite_path, isolation_level=None) as one, sqlite3.connect(sqlite_path, timeout=0) as other:
        for text in MADE:
            one.execute(text)
        pages = one.execute("PRAGMA page_count").fetchone()[0]
        (lock,) = set(locks(sql))
        assert lock.table is None
        one.execute("PRAGMA journal_mode = wal")
        if sql != "VACUUM":
            one.execute("BEGIN")
        one.execute(sql)
        if sql != "VACUUM":
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("UPDATE t SET a = 'y'")
            one.execute("COMMIT")
        written = one.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[1]
        assert (written > pages * 0.5) == bool(lock.rewrites or "INDEX" in sql)


def test_reads_take_no_lock_worth_a_word() -> None:
    assert locks("SELECT * FROM t") == ()


def test_a_vacuum_into_a_file_lets_others_work() -> None:
    assert locks("VACUUM INTO 'copy.db'")[0].blocks is Blocks.NOTHING
