"""SQLite's planner counts no rows: past the time limit rows drawn at random stand for all, and the number says so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from safesql.backends import connect
from safesql.backends.contract import Connection
from safesql.engine.counting import touched
from safesql.guard.action import Environment
from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.guard.verdict import Clearance
from safesql.rewrite.count import counts
from safesql.rewrite.statistics import estimated
from safesql.sql.statement import Statement
from safesql.target import Target

QUIET = Policy(Environment.DEVELOPMENT, actions={})
ROWS = 60_000
TABLES = (
    "CREATE TABLE big (id integer PRIMARY KEY, v integer)",
    f"WITH RECURSIVE g (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < {ROWS}) INSERT INTO big SELECT n * 3 - 100, n FROM g",
    "CREATE TABLE slow (n integer)",
    "INSERT INTO slow SELECT v FROM big LIMIT 2000",
    "CREATE TABLE keyed (id integer PRIMARY KEY, v integer) WITHOUT ROWID",
    "INSERT INTO keyed SELECT * FROM big",
    "CREATE TABLE sparse (id integer PRIMARY KEY, v integer)",
    "INSERT INTO sparse VALUES (-9223372036854775808, 1), (9223372036854775807, 2)",
    "CREATE TABLE hollow (id integer PRIMARY KEY, v integer)",
)
TAKES_LONG = "(SELECT count(*) FROM slow WHERE n <> v) > 0"


@pytest.fixture
def sqlite(sqlite_target: Target) -> Iterator[Connection]:
    opened = connect(sqlite_target)
    for text in TABLES:
        opened.execute(Clearance(judge(Statement(text, opened.dialect), QUIET))).summary()
    yield opened
    opened.close()


@pytest.mark.parametrize(("statement", "least", "most"), [
    ("DELETE FROM big WHERE v % 3 = 1", ROWS / 3 * 0.75, ROWS / 3 * 1.25),
    ("DELETE FROM main.big", ROWS * 0.9, ROWS * 1.1),
    ('UPDATE "big" SET v = 0 WHERE v <= 6000', 6000 * 0.6, 6000 * 1.4),
    ("DELETE FROM big WHERE v = 7 OR v = 8", 1, 1000),
    ("DELETE FROM sparse WHERE v = 1", None, None),
    ("DELETE FROM hollow", None, None),
])  # fmt: skip
def test_a_sample_is_near_to_the_rows_there_are_or_says_nothing(
    sqlite: Connection, statement: str, least: float | None, most: float | None
) -> None:
    verdict = judge(Statement(statement, sqlite.dialect), QUIET)
    (count, *_) = counts(verdict.effect, verdict.statement)
    assert count.guess is not None
    result = sqlite.query(count.guess)
    number = estimated([column.name for column in result.columns], list(result.rows()), sqlite.dialect)
    if least is None or most is None:
        assert number is None
    else:
        assert number is not None
        assert least <= number <= most


def test_past_its_time_limit_a_count_is_an_estimate_and_is_called_one(sqlite: Connection) -> None:
    verdict = judge(Statement(f"DELETE FROM big WHERE v % 2 = 0 AND {TAKES_LONG}", sqlite.dialect), QUIET)
    (table, *_) = touched(sqlite, verdict, seconds=1.5)
    assert not table.exact
    assert str(table).startswith("about ")
    assert table.rows is not None
    assert ROWS / 2 * 0.75 <= table.rows <= ROWS / 2 * 1.25


@pytest.mark.parametrize("target", ["keyed", "big AS b"])
def test_where_rows_cannot_be_drawn_it_is_said_that_they_are_not_counted(sqlite: Connection, target: str) -> None:
    verdict = judge(Statement(f"DELETE FROM {target} WHERE {TAKES_LONG}", sqlite.dialect), QUIET)
    (table, *_) = touched(sqlite, verdict, seconds=0.3)
    assert table.rows is None
    assert "not counted" in str(table)
