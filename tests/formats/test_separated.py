"""csv and tsv: what is read back is what the server sent."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safesql.formats import Layout
from safesql.result import Row

Rendered = Callable[..., str]
RAW = Layout(raw=True)
TEXT = st.text(st.characters(), max_size=10)
ROWS = st.integers(2, 4).flatmap(lambda n: st.lists(st.tuples(*[st.none() | TEXT] * n), max_size=10))


def columns_of(rows: list[Row]) -> list[str]:
    return [f"c{number}" for number in range(len(rows[0]) if rows else 2)]


def test_csv_quotes_what_must_be_quoted_and_tells_null_from_empty(rendered: Rendered) -> None:
    rows = [("1", None, ""), ('a"b', "x,y", "two\nlines"), ("c\rd", "\\.", "'"), (b"\x01\xff", 7, 1.5)]
    assert rendered("csv", ["id", "a,b", ""], rows, RAW) == (
        'id,"a,b",""\n'
        '1,,""\n'
        '"a""b","x,y","two\nlines"\n'
        '"c\rd","\\.",\'\n'
        "\\x01ff,7,1.5\n"
    )


def test_tsv_escapes_what_would_break_a_row_and_tells_null_from_its_text(rendered: Rendered) -> None:
    rows = [("1", None, ""), ("a\tb", "x\ny", "c\rd"), ("\\N", "\\", "z"), (b"\x01\xff", 7, 1.5)]
    assert rendered("tsv", ["id", "a\tb", "c"], rows, RAW) == (
        "id\ta\\tb\tc\n"
        "1\t\\N\t\n"
        "a\\tb\tx\\ny\tc\\rd\n"
        "\\\\N\t\\\\\tz\n"
        "\\\\x01ff\t7\t1.5\n"
    )


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_the_names_can_be_left_out_and_no_rows_leave_them_alone(rendered: Rendered, form: str) -> None:
    assert rendered(form, ["a"], [("1",)], Layout(header=False)) == "1\n"
    assert rendered(form, ["a"], []) == "a\n"


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_a_file_keeps_what_a_terminal_must_not_see(rendered: Rendered, form: str) -> None:
    rows = [("\x1b[2J\u202e\udce9",)]
    assert rendered(form, ["a"], rows, RAW) == "a\n\x1b[2J\u202e\udce9\n"
    assert rendered(form, ["a"], rows, Layout()) == "a\n\\x1b[2J\\u202e\\xe9\n"


@given(ROWS, st.integers(1, 10))
def test_csv_reads_back_as_the_cells(rendered: Rendered, rows: list[Row], size: int) -> None:
    columns = columns_of(rows)
    read = csv.reader(io.StringIO(rendered("csv", columns, rows, RAW, size), newline=""))
    assert list(read) == [columns, *([cell or "" for cell in row] for row in rows)]


@given(ROWS, st.integers(1, 10))
def test_only_null_is_nothing_at_all_in_csv(rendered: Rendered, rows: list[Row], size: int) -> None:
    rows = [tuple(cell if cell in (None, "") else "x" for cell in row) for row in rows]
    lines = rendered("csv", columns_of(rows), rows, Layout(raw=True, header=False), size).splitlines()
    nulls = [tuple({"": None, '""': ""}.get(field, field) for field in line.split(",")) for line in lines]
    assert nulls == rows


@given(ROWS, st.integers(1, 10))
def test_tsv_reads_back_as_the_cells(rendered: Rendered, rows: list[Row], size: int) -> None:
    text = rendered("tsv", columns_of(rows), rows, Layout(raw=True, header=False), size)
    assert [tuple(map(_unescaped, line.split("\t"))) for line in text.split("\n")[:-1]] == rows


def _unescaped(field: str) -> str | None:
    letters = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}
    return None if field == r"\N" else re.sub(r"\\(.)", lambda found: letters[found[1]], field)
