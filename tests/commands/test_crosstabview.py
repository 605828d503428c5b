r"""``\crosstabview``: rows turned into a grid, on every server."""

from __future__ import annotations

import pytest

from safesql.target import Target
from tests.commands.conftest import Desk, MakeDesk

_SALES = (
    "SELECT 'north' AS region, 'q2' AS quarter, 7 AS sold, 2 AS nr UNION ALL SELECT 'north', 'q1', 5, 1 "
    "UNION ALL SELECT 'south', 'q1', 3, 1"
)


def _cells(shown: str) -> list[list[str]]:
    """The words of each line that has any."""
    lines = [line.replace("|", " ").replace("│", " ").split() for line in shown.splitlines()]
    return [words for words in lines if words and words[0] in ("region", "quarter", "north", "south", "q1", "q2")]


def test_rows_become_a_grid_in_the_order_they_came(desk_at: MakeDesk, target: Target) -> None:
    desk = desk_at(target)
    desk.types(f"SELECT region, quarter, sold FROM ({_SALES}) s ORDER BY region, quarter DESC;")
    assert _cells(desk.types("\\crosstabview")) == [["region", "q2", "q1"], ["north", "7", "5"], ["south", "3"]]


def test_it_stands_behind_its_statement_too(desk_at: MakeDesk, postgres_target: Target) -> None:
    rows = "SELECT * FROM (VALUES ('north', 'q2', 7), ('north', 'q1', 5), ('south', 'q1', 3)) s (region, quarter, sold)"
    shown = desk_at(postgres_target).types(f"{rows} \\crosstabview 2 1")
    assert _cells(shown) == [["quarter", "north", "south"], ["q2", "7"], ["q1", "5", "3"]]


def test_columns_are_named_or_numbered_and_ordered(desk_at: MakeDesk, target: Target) -> None:
    desk = desk_at(target)
    desk.types(f"SELECT * FROM ({_SALES}) s ORDER BY region, quarter DESC;")
    shown = desk.types("\\crosstabview REGION 2 sold nr")
    assert _cells(shown) == [["region", "q1", "q2"], ["north", "5", "7"], ["south", "3"]]
    assert _cells(desk.types('\\crosstabview 2 "region" 3'))[0] == ["quarter", "north", "south"]


@pytest.mark.parametrize(("statement", "typed", "said"), [
    ("SELECT 1 AS a, 2 AS b", "", "at least three columns"),
    ("SELECT 1 AS a, 2 AS b, 3 AS c, 4 AS d", "", "name the column of the cells too"),
    ("SELECT 1 AS a, 2 AS b, 3 AS c", "1 1", "two different columns"),
    ("SELECT 1 AS a, 2 AS b, 3 AS c", "x", "no column is x"),
    ("SELECT 1 AS a, 2 AS b, 3 AS c", "9", "no column is 9"),
    ("SELECT 1 AS a, 2 AS b, 'x' AS c", "1 2 3 3", "no grid"),
    ("SELECT 1 AS a, 2 AS b, 3 AS c UNION ALL SELECT 1, 2, 4", "", "more than one value for 1 and 2"),
])  # fmt: skip
def test_what_gives_no_grid_is_said(desk: Desk, statement: str, typed: str, said: str) -> None:
    desk.types(f"{statement};")
    assert said in desk.types(f"\\crosstabview {typed}".rstrip())
    assert not desk.went_well


def test_a_write_is_judged_again(desk: Desk) -> None:
    desk.types("DELETE FROM billing;")
    assert not desk.went_well
    desk.types("\\crosstabview")
    assert not desk.went_well
    assert "3" in desk.types("SELECT count(*) FROM billing;")
