"""Plans as trees: texts that servers print, and laws about any."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as some

from safesql.formats import plan_mysql, plan_postgres, plan_sqlite
from safesql.formats.plan import Step, drawn
from safesql.formats.visible import visible


def lines(*roots: Step, **warnings: str) -> list[str]:
    return [line.rstrip() for line in drawn(roots, {(name,): text for name, text in warnings.items()})]


def test_parts_hang_below_their_step_and_notes_beside_it() -> None:
    tree = Step("join", 30.06, 412, parts=(
        Step("scan t", 19.12, 1200, notes=("filter: a = 3",), scanned=("t",), parts=(Step("sub"),)),
        Step("look-up u", 0.25, 1, notes=("key: id",)),
    ))  # fmt: skip
    assert lines(tree, t="big") == [
        " cost   rows  plan",
        "30.06    412  join",
        "19.12  1,200  ├─ scan t",
        "              │  │    filter: a = 3",
        "              │  │    warning: big",
        "              │  └─ sub",
        " 0.25      1  └─ look-up u",
        "                     key: id",
    ]


def test_expectations_far_from_the_truth_are_marked() -> None:
    assert any("ANALYZE renews" in line for line in lines(Step("x", rows=1, came=5000)))
    assert any("ANALYZE renews" in line for line in lines(Step("x", rows=200_000, came=0)))
    assert not any("ANALYZE renews" in line for line in lines(Step("x", rows=1, came=500)))
    assert not any("ANALYZE renews" in line for line in lines(Step("x", rows=1000, came=5000)))


@pytest.mark.parametrize("text", ["[]", "{}", "1", '["Utility Statement"]', "null", "-> Limit: 3 row(s)"])
def test_what_is_no_plan_is_not_drawn(text: str) -> None:
    for steps in (plan_postgres.steps, plan_mysql.steps):
        with pytest.raises(ValueError):
            steps(text)


def test_mysql_s_own_form_is_read_with_its_costs() -> None:
    text = json.dumps({"query_block": {
        "select_id": 1, "cost_info": {"query_cost": "52.30"},
        "nested_loop": [
            {"table": {"table_name": "t", "access_type": "ALL", "rows_examined_per_scan": 500,
                       "cost_info": {"read_cost": "1.00", "prefix_cost": "51.00"}, "attached_condition": "(a = 3)"}},
            {"table": {"table_name": "u", "access_type": "eq_ref", "key": "PRIMARY", "ref": ["d.t.id"],
                       "rows_examined_per_scan": 1}},
        ],
    }})  # fmt: skip
    assert lines(*plan_mysql.steps(text)) == [
        " cost  rows  plan",
        "52.30        SELECT 1",
        "             └─ nested loop",
        "   51   500     ├─ full scan of t",
        "                │      attached condition: (a = 3)",
        "          1     └─ one row by index PRIMARY of u",
        "                       ref: d.t.id",
    ]


def test_postgresql_s_loops_are_multiplied() -> None:
    inner = {"Node Type": "Seq Scan", "Relation Name": "t", "Schema": "s", "Alias": "x", "Total Cost": 1.5,
             "Plan Rows": 2, "Actual Rows": 2, "Actual Loops": 50, "Actual Total Time": 0.5}  # fmt: skip
    text = json.dumps([{"Plan": {"Node Type": "Nested Loop", "Join Type": "Left", "Plans": [inner]},
                        "Execution Time": 1.0}])  # fmt: skip
    (root,) = plan_postgres.steps(text)
    (part,) = root.parts
    assert root.label == "Nested Loop Left Join"
    assert root.notes == ("execution time: 1.000 ms",)
    assert part == Step("Seq Scan on t x", 1.5, 100, 100, 25.0, scanned=("s", "t"))


def test_sqlite_s_rows_become_a_tree() -> None:
    rows = [("2", "0", "0", "COMPOUND QUERY"), ("3", "2", "0", "LEFT-MOST SUBQUERY"), ("4", "3", "0", "SCAN t"),
            ("9", "2", "0", "UNION"), ("10", "9", "0", "SCAN u USING COVERING INDEX i")]  # fmt: skip
    (root,) = plan_sqlite.steps(rows)
    assert [step.label for step in root.walk()] == [row[3] for row in rows]
    assert [step.scanned for step in root.walk() if step.scanned] == [("t",)]


_STEPS = some.recursive(
    some.builds(Step, some.text(max_size=5), some.none() | some.floats(0, 1e12)),
    lambda inner: some.builds(
        Step, some.text(max_size=5), notes=some.tuples(some.text(max_size=5)), parts=some.lists(inner, max_size=3).map(tuple)
    ),
    max_leaves=8,
)


@given(_STEPS)
def test_every_step_has_one_line_and_nothing_in_it_acts(root: Step) -> None:
    shown = list(drawn([root], {}))
    steps = list(root.walk())
    assert len(shown) == 1 + sum(1 + len(step.notes) for step in steps)
    assert all(visible(line) == line for line in shown)
