"""Input made to crash or stall the judge: deep, long, wide. Each is judged within seconds, and never raises."""

from __future__ import annotations

from time import process_time

import pytest

from safesql.guard.action import Action
from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.sql.dialects import DIALECTS
from safesql.sql.statement import Statement

DEEP = 10_000
SECONDS = 10.0            # of processor time; all of these take one or two on a slow machine, quadratic ones minutes

ALLOWED = {
    "in-list": "DELETE FROM t WHERE id IN (" + ",".join(map(str, range(100_000))) + ")",
    "brackets": "SELECT " + "(" * DEEP + "1" + ")" * DEEP,
    "subqueries": "SELECT * FROM " + "(SELECT * FROM " * DEEP + "t" + ") x" * DEEP,
    "functions": "SELECT " + "f(" * DEEP + "1" + ")" * DEEP,
    "ands": "DELETE FROM t WHERE " + " AND ".join(f"id <> {number}" for number in range(DEEP)),
    "ors": "DELETE FROM t WHERE " + " OR ".join(f"id = {number}" for number in range(DEEP)),
    "rows": "INSERT INTO t VALUES " + ",".join(f"({number}, 'abc', NULL)" for number in range(50_000)),
    "unions": " UNION ".join(["SELECT 1"] * DEEP),
    "long-string": "INSERT INTO t VALUES ('" + "x" * 50_000_000 + "')",
    "blanks": "SELECT" + " " * 1_000_000 + "1",
}
STOPPED = {
    "open-brackets": "(" * 100_000,
    "with-in-with": "WITH a AS (" * DEEP + "DELETE FROM t" + ") SELECT 1" * DEEP,
    "long-comment": "DELETE FROM t /*" + "x" * 50_000_000 + "*/",
    "columns": "ALTER TABLE t " + ",".join(f"DROP COLUMN a{number}" for number in range(DEEP)),
    "tables": "DROP TABLE " + ",".join(f"a{number}" for number in range(DEEP)),
    "open-string": "DELETE FROM t WHERE a = '" + "x" * 1_000_000,
}


def _judged(sql: str, dialect: str) -> Action:
    started = process_time()
    verdict = judge(Statement(sql, DIALECTS[dialect]), Policy())
    assert process_time() - started < SECONDS
    return verdict.action


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", ALLOWED)
def test_a_huge_harmless_statement_passes(name: str, dialect: str) -> None:
    assert _judged(ALLOWED[name], dialect) is Action.ALLOW


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", STOPPED)
def test_a_huge_dangerous_statement_is_stopped(name: str, dialect: str) -> None:
    assert _judged(STOPPED[name], dialect) > Action.ALLOW


@pytest.mark.parametrize(
    "body",
    [
        "BEGIN " * DEEP + "DELETE FROM t; " + "END; " * DEEP,
        "BEGIN " + "IF a THEN " * DEEP + "DELETE FROM t; " + "END IF; " * DEEP + "END",
        "BEGIN " + "DELETE FROM t WHERE id = 1; " * DEEP + "DELETE FROM t; END",
    ],
    ids=["blocks", "branches", "statements"],
)
def test_a_body_is_read_flat_however_deep_it_is(body: str) -> None:
    assert _judged(f"DO $$ {body} $$", "postgres") > Action.ALLOW


def test_statements_of_the_same_kind_take_time_in_proportion() -> None:
    def seconds(count: int) -> float:
        sql = "SELECT 1; " * count
        started = process_time()
        judge(Statement(sql, DIALECTS["mysql"]), Policy())
        return process_time() - started

    seconds(500)
    assert seconds(8_000) < 40 * max(seconds(1_000), 0.005)
