"""What only SQLite has: values without types, files with odd names, rollbacks by an interrupt."""

from __future__ import annotations

import resource
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from safesql.backends.contract import Transaction
from safesql.errors import Cancelled, CannotConnect, StatementFailed
from safesql.result import Shape
from safesql.target import Target

if TYPE_CHECKING:
    from tests.backends.conftest import Speaker

    Opening = Callable[[Target], Speaker]
    CtrlC = Callable[[float], AbstractContextManager[None]]


@pytest.fixture
def lite(session: Opening, sqlite_target: Target) -> Speaker:
    """A session with an empty file."""
    return session(sqlite_target)


def test_one_column_may_hold_values_of_all_kinds(lite: Speaker) -> None:
    said = lite("SELECT 1 UNION ALL SELECT 1.5 UNION ALL SELECT 'x' UNION ALL SELECT X'00' UNION ALL SELECT NULL")
    assert said.rows == [(1,), (1.5,), ("x",), (b"\0",), (None,)]
    assert said.columns[0].shape is Shape.TEXT


def test_text_that_is_not_utf8_is_its_bytes(lite: Speaker) -> None:
    assert lite("SELECT CAST(X'636166e9' AS TEXT), CAST(X'61006200' AS TEXT)").rows == [(b"caf\xe9", "a\0b\0")]


def test_infinity_and_the_largest_numbers_are_shown(lite: Speaker) -> None:
    assert lite("SELECT 9e999, -9e999, 9223372036854775807, 5e-324").rows == [
        (float("inf"), float("-inf"), 2**63 - 1, 5e-324)
    ]


def test_a_common_table_expression_before_a_change_is_counted(lite: Speaker) -> None:
    lite("CREATE TABLE t (a)")
    lite("INSERT INTO t VALUES (1), (2), (3)")
    assert lite("/* why */ WITH big AS (SELECT 2 AS n) DELETE FROM t WHERE a >= (SELECT n FROM big)").summary.affected == 2


def test_rows_of_triggers_and_cascades_are_not_counted(lite: Speaker) -> None:
    lite("CREATE TABLE p (id INTEGER PRIMARY KEY)")
    lite("CREATE TABLE c (p REFERENCES p ON DELETE CASCADE)")
    lite("INSERT INTO p VALUES (1), (2)")
    lite("INSERT INTO c VALUES (1), (1), (2)")
    assert lite("DELETE FROM p WHERE id = 1").summary.affected == 1
    assert lite.value("SELECT count(*) FROM c") == 1


def test_foreign_keys_are_enforced(lite: Speaker) -> None:
    lite("CREATE TABLE p (id INTEGER PRIMARY KEY)")
    lite("CREATE TABLE c (p REFERENCES p)")
    with pytest.raises(StatementFailed, match="FOREIGN KEY") as failure:
        lite("INSERT INTO c VALUES (1)")
    assert failure.value.code == "SQLITE_CONSTRAINT_FOREIGNKEY"


def test_ctrl_c_that_rolls_back_the_whole_transaction_says_so(lite: Speaker, ctrl_c: CtrlC) -> None:
    lite("CREATE TABLE t (a)")
    lite.connection.begin()
    lite("INSERT INTO t VALUES (1)")
    with pytest.raises(Cancelled, match="whole transaction"), ctrl_c(0.3):
        lite("INSERT INTO t WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r")
    assert lite.connection.transaction is Transaction.NONE
    assert lite.value("SELECT count(*) FROM t") == 0


def test_a_conflict_that_rolls_back_says_so(lite: Speaker) -> None:
    lite("CREATE TABLE t (a UNIQUE)")
    lite.connection.begin()
    lite("INSERT INTO t VALUES (1)")
    with pytest.raises(StatementFailed, match="whole transaction"):
        lite("INSERT OR ROLLBACK INTO t VALUES (1)")
    assert lite.connection.transaction is Transaction.NONE


@pytest.mark.parametrize("name", ["a b.db", "100%.db", "what?.db", "#1.db", "é漢.db", "mode=ro&x.db", "'\".db"])
def test_a_file_may_have_any_name(session: Opening, tmp_path: Path, name: str) -> None:
    target = Target("sqlite", path=str(tmp_path / name))
    session(target)("CREATE TABLE t (a)")
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert session(replace(target, read_only=True)).value("SELECT count(*) FROM t") == 0


def test_reading_only_makes_no_file(session: Opening, sqlite_path: Path) -> None:
    with pytest.raises(CannotConnect):
        session(Target("sqlite", path=str(sqlite_path), read_only=True))
    assert not sqlite_path.exists()


def test_a_file_that_is_no_database_is_refused(session: Opening, sqlite_path: Path) -> None:
    sqlite_path.write_text("CREATE TABLE t (a);\n" * 100)
    with pytest.raises(CannotConnect, match="not a database"):
        session(Target("sqlite", path=str(sqlite_path)))


def test_a_database_in_memory_is_seen_by_nobody_else(session: Opening) -> None:
    session(Target("sqlite", path=":memory:"))("CREATE TABLE t (a)")
    with pytest.raises(StatementFailed, match="no such table"):
        session(Target("sqlite", path=":memory:"))("SELECT * FROM t")


def test_a_probe_leaves_the_setting_of_the_user(lite: Speaker) -> None:
    lite("CREATE TABLE t (a)")
    lite("PRAGMA query_only = ON")
    lite.probe("SELECT 1")
    with pytest.raises(StatementFailed, match="readonly"):
        lite("INSERT INTO t VALUES (1)")
    lite("PRAGMA query_only = OFF")
    lite.probe("SELECT 1")
    assert lite("INSERT INTO t VALUES (1)").summary.affected == 1


def test_statements_that_ran_are_not_kept_compiled(lite: Speaker) -> None:
    lite("CREATE TABLE t (a, b)")
    rows = ", ".join(f"('{'x' * 90}', {number})" for number in range(1000))
    lite(f"INSERT INTO t VALUES {rows}")
    before = _resident()
    for number in range(60):
        lite(f"INSERT INTO t VALUES {rows}, ('', {number})")
    assert _resident() - before < 10 << 20


def _resident() -> int:
    """The bytes of memory that this process has now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
