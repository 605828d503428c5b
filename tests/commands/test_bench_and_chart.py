r"""``\bench`` and ``\chart``: reads run many times, and results as bars."""

from __future__ import annotations

import re

import pytest

from safesql.commands.bench import told
from safesql.formats.chart import Bar, bars
from safesql.target import Target
from tests.commands.conftest import Desk, MakeDesk

_TOLD = re.compile(r"(\d+) runs?: min [\d.,]+ ms, median [\d.,]+ ms, p95 [\d.,]+ ms, max [\d.,]+ ms \(the first .*\); (\d+) rows\n")


def test_a_read_is_run_as_often_as_was_asked(desk_at: MakeDesk, target: Target) -> None:
    desk = desk_at(target)
    found = _TOLD.fullmatch(desk.types("\\bench 7 SELECT 1 AS a UNION ALL SELECT 2"))
    assert found is not None
    assert found.groups() == ("7", "2")


def test_the_time_ends_it_too(desk: Desk) -> None:
    desk.types("SELECT name FROM customer;")
    found = _TOLD.fullmatch(desk.types("\\bench 9999999 0.05 s"))
    assert found is not None
    assert 1 <= int(found[1]) < 9999999
    assert desk.shell.last == "SELECT name FROM customer"


@pytest.mark.parametrize(("typed", "said"), [
    ("\\bench UPDATE billing SET note = 'x' WHERE id = 1", "update is more than a read"),
    ("\\bench 5 DELETE FROM billing", "delete-without-where"),
    ("\\bench 0 SELECT 1", "give how often"),
    ("\\bench SELECT * FROM nowhere", "no such table"),
    ("\\chart SELECT 1", "a chart needs two columns, a label and a number; the result has 1"),
    ("\\chart SELECT 1, 'x'", "a chart needs a number in its second column"),
    ("\\chart UPDATE billing SET note = 'x' WHERE id = 77", "the result has 0"),
    ("\\chart DELETE FROM billing", "delete-without-where"),
])  # fmt: skip
def test_what_is_not_run_or_drawn_is_said(desk: Desk, typed: str, said: str) -> None:
    assert said in desk.types(typed)
    assert not desk.went_well
    assert "3" in desk.types("SELECT count(*) FROM billing;")


def test_times_are_told_by_rank() -> None:
    shown = told([0.1, *(n / 1000 for n in range(1, 100))])
    assert shown == "100 runs: min 1.00 ms, median 50.50 ms, p95 95.00 ms, max 100.00 ms (the first 100.00 ms)"
    assert told([0.002]).startswith("1 run: min 2.00 ms, median 2.00 ms, p95 2.00 ms, max 2.00 ms")


def test_bars_are_as_long_as_their_numbers(desk: Desk) -> None:
    shown = desk.types("\\chart SELECT name, id * 10 FROM customer ORDER BY id")
    first, second = shown.splitlines()
    assert first.startswith("Ada 10 █")
    assert second.startswith("Bo  20 █")
    assert second.count("█") == 2 * first.count("█")


def test_numbers_below_zero_go_the_other_way_and_null_has_no_bar() -> None:
    rows = [Bar("up", "8", 8.0), Bar("down", "-8", -8.0), Bar("none", "<null>", None), Bar("much", "inf", float("inf"))]
    assert list(bars(rows, 4 + 6 + 3 + 16)) == [
        "up        8         ████████",
        "down     -8 ████████",
        "none <null>",
        "much    inf",
    ]


def test_extremes_and_hostile_labels_are_drawn_within_the_width() -> None:
    rows = [Bar("a\x1b[2J\u202e", "1e308", 1e308), Bar("漢" * 60, "-1e308", -1e308), Bar("tiny", "1", 1.0)]
    shown = list(bars(rows, 80))
    assert all("\x1b" not in line and "\u202e" not in line for line in shown)
    assert "▏" in shown[2]
    assert all(len(line) <= 80 for line in shown)
    assert list(bars([], 80)) == []
    assert list(bars([Bar("zero", "0", 0.0)], 80)) == ["zero 0"]
