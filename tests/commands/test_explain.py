r"""``\explain``: plans of real servers as trees, and the one road for what it runs."""

from __future__ import annotations

import re

import pytest

from safesql.rewrite.explained import BIG
from safesql.sql.dialect import Family
from safesql.target import Target
from tests.commands.conftest import Desk, MakeDesk

ROWS = BIG + 1000
NUMBERS = {
    Family.POSTGRES: f"INSERT INTO big SELECT n, n % 10 FROM generate_series(1, {ROWS}) n;",
    Family.MYSQL: f"INSERT INTO big SELECT seq, seq % 10 FROM seq_1_to_{ROWS};",
    Family.SQLITE: f"WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {ROWS}) "
    "INSERT INTO big SELECT n, n % 10 FROM s;",
}
LEFT = {Family.POSTGRES: "Delete on", Family.MYSQL: "delete ", Family.SQLITE: "big"}


@pytest.fixture
def somewhere(desk_at: MakeDesk, target: Target) -> Desk:
    """A table with more rows than one reads gladly, and a small one."""
    made = desk_at(target)
    family = made.shell.session.connection.dialect.family
    refresh = {Family.POSTGRES: "ANALYZE big;", Family.MYSQL: "ANALYZE TABLE big;", Family.SQLITE: ""}[family]
    texts = ("CREATE TABLE big (id integer PRIMARY KEY, a integer);", NUMBERS[family],
             "CREATE TABLE small (id integer PRIMARY KEY, big_id integer);", refresh)  # fmt: skip
    for text in filter(None, texts):
        made.types(text)
        assert made.went_well
    return made


def family(desk: Desk) -> Family:
    return desk.shell.session.connection.dialect.family


def test_the_plan_of_a_join_is_a_tree(somewhere: Desk) -> None:
    shown = somewhere.types("\\explain SELECT * FROM small s LEFT JOIN big b ON b.id = s.big_id WHERE s.id < 3")
    assert somewhere.went_well, shown
    assert "plan" in shown.splitlines()[0]
    assert "├─ " in shown or family(somewhere) is Family.SQLITE
    assert re.search(r"\bb\b", shown)
    if family(somewhere) is Family.POSTGRES:
        assert "cost" in shown.splitlines()[0]


def test_a_big_table_that_is_read_whole_is_warned_about(somewhere: Desk) -> None:
    shown = somewhere.types("\\explain SELECT * FROM big WHERE a = 3")
    assert re.search(r"warning: reads big from end to end, (about|more than) 1[01],?\d{3} rows", shown), shown
    assert "warning" not in somewhere.types("\\explain SELECT * FROM big WHERE id = 3")
    assert "warning" not in somewhere.types("\\explain SELECT * FROM small")


def test_without_a_statement_it_is_the_last_one_and_stays_it(somewhere: Desk) -> None:
    somewhere.types("SELECT count(*) FROM small;")
    first = somewhere.types("\\explain")
    assert somewhere.went_well
    assert "small" in first
    assert somewhere.shell.last == "SELECT count(*) FROM small"


def test_a_plan_of_a_write_changes_nothing(somewhere: Desk) -> None:
    shown = somewhere.types("\\explain DELETE FROM small WHERE id = 1")
    assert somewhere.went_well, shown
    assert "small" in shown


def test_running_a_write_goes_down_the_one_road(somewhere: Desk) -> None:
    if family(somewhere) is Family.SQLITE:
        assert "SQLite tells nothing of a run" in somewhere.types("\\explain analyze SELECT 1")
        return
    shown = somewhere.types("\\explain analyze DELETE FROM big")
    assert "delete-without-where" in shown
    assert not somewhere.went_well
    somewhere.answers[:] = ["n"]
    somewhere.types("\\explain analyze UPDATE big SET a = 5 WHERE a = 3")
    assert not somewhere.went_well
    somewhere.answers[:] = ["y"]
    assert "big" in somewhere.types("\\explain analyze UPDATE big SET a = 3 WHERE id = 3")
    assert "1,100" in somewhere.types("SELECT count(*) FROM big WHERE a = 3;").replace("1100", "1,100")


def test_what_a_read_took_is_in_the_tree(somewhere: Desk) -> None:
    if family(somewhere) is Family.SQLITE:
        return
    shown = somewhere.types("\\explain analyze SELECT count(*) FROM big WHERE a = 3")
    assert somewhere.went_well, shown
    assert "came" in shown.splitlines()[0]
    assert "ms" in shown.splitlines()[0]
    assert f"{ROWS:,}" in shown or "1,100" in shown


@pytest.mark.parametrize(("typed", "said"), [
    ("\\explain", "there is no last statement"),
    ("\\explain EXPLAIN SELECT 1", "this is an EXPLAIN already"),
    ("\\explain SELECT 1; SELECT 2", "one statement is needed"),
    ("\\explain SELECT * FROM nowhere_at_all", "nowhere_at_all"),
])  # fmt: skip
def test_what_has_no_plan_is_said(desk_at: MakeDesk, target: Target, typed: str, said: str) -> None:
    desk = desk_at(target)
    assert said in desk.types(typed)
    assert not desk.went_well
