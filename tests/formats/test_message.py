"""What is said beside the data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safesql.formats.message import caret, duration, notice_lines, row_count, summary_line
from safesql.formats.visible import harmless
from safesql.formats.width import width
from safesql.result import Notice, Summary


@pytest.mark.parametrize(
    ("statement", "position", "expected"),
    [
        ("select foo from bar", 7, "  select foo from bar\n         ^"),
        ("select *\nfrom nowhere\nwhere x", 14, "  from nowhere\n       ^"),
        ("select *\nfrom nowhere", 8, "  select *\n          ^"),
        ("select\tx", 7, "  select    x\n            ^"),
        ("select '日本', x", 13, "  select '日本', x\n                 ^"),
        ("select '\x1b[2J', x", 15, "  select '\\x1b[2J', x\n                    ^"),
        ("select (", 8, "  select (\n          ^"),
        ("select (\n\n", 10, "  select (\n          ^"),
        ("select 1\r\nfrom x", 15, "  from x\n       ^"),
        ("", 5, "  \n  ^"),
        ("x", -3, "  x\n  ^"),
    ],
)
def test_the_caret_stands_below_the_place(statement: str, position: int, expected: str) -> None:
    assert caret(statement, position) == expected


def test_of_a_long_line_only_the_surroundings_are_shown() -> None:
    statement = "x" * 5000 + "HERE" + "y" * 5_000_000
    line, below = caret(statement, 5000).split("\n")
    assert line[below.index("^"):].startswith("HERE")
    assert line.startswith("  ...x")
    assert line.endswith("y...")
    assert len(line) < 120


def test_a_secret_is_not_shown_above_the_caret() -> None:
    text = "ALTER ROLE a PASSWORD 'hunter2' FOO"
    assert caret(text, text.index("FOO")) == "  ALTER ROLE a PASSWORD '***' FOO\n" + " " * 30 + "^"
    far = "SELECT 1,\n" * 200_000 + text
    assert "hunter2" not in caret(far, far.index("FOO"))


@given(st.text(), st.integers(-5, 300))
def test_a_caret_is_two_harmless_lines_for_any_statement_and_place(statement: str, position: int) -> None:
    line, below = caret(statement, position).split("\n")
    assert harmless(line.replace("\u200c", "").replace("\u200d", ""))
    assert below.strip() == "^"
    assert width(below) <= width(line) + 1


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "0 ms"), (0.0124, "12 ms"), (0.9994, "999 ms"), (0.9996, "1.0 s"), (3.44, "3.4 s"), (59.94, "59.9 s"),
        (59.96, "1 min 0 s"), (125, "2 min 5 s"), (3600, "1 h 0 min"), (90_061, "25 h 1 min"),
    ],
)
def test_durations_have_one_unit_that_fits(seconds: float, told: str) -> None:
    assert duration(seconds) == told


def test_counts_know_one_from_many() -> None:
    assert [row_count(rows) for rows in (0, 1, 2)] == ["(0 rows)", "(1 row)", "(2 rows)"]


def test_a_summary_is_the_servers_tag_and_the_time() -> None:
    assert summary_line(Summary("DELETE 3")) == "DELETE 3"
    assert summary_line(Summary("DELETE 3\x1b"), 0.012) == r"DELETE 3\x1b (12 ms)"
    assert summary_line(Summary(""), 0.012) == "(12 ms)"


def test_a_notice_tells_everything_the_server_said_and_cannot_act() -> None:
    notice = Notice("WARNING", "mind \x1b[31mthis", code="01000", detail="the\tdetail", hint="the hint")
    assert list(notice_lines(notice)) == [
        r"warning: mind \x1b[31mthis [01000]", r"  detail: the\tdetail", "  hint: the hint",
    ]
