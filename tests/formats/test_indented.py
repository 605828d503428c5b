"""JSON over several lines: the same value, with the digits that the server printed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as some

from safesql.formats.indented import indented, laid_out
from safesql.result import Cell, Column, Result, Summary


def cell(value: Cell) -> Cell:
    result = indented(Result((Column("j"),), iter([[(value,)]]), lambda: Summary("SELECT 1")))
    ((shown,),) = result.rows()
    assert result.summary().tag == "SELECT 1"
    return shown


def test_each_member_has_its_line() -> None:
    assert cell('{"a": [1, 2.50],"b":{}, "c": [], "d": {"e": "x, y: {"}}') == "\n".join((
        "{", '  "a": [', "    1,", "    2.50", "  ],", '  "b": {},', '  "c": [],', '  "d": {', '    "e": "x, y: {"',
        "  }", "}",
    ))  # fmt: skip


@pytest.mark.parametrize("value", ["{not json}", "[1, 2", "text", "", " ", None, b"{}", 7, "[" * 100_000, "1"])
def test_what_is_no_json_object_stays(value: Cell) -> None:
    assert cell(value) == value


_VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=8) | some.floats(allow_nan=False, width=16),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)


@given(_VALUES, some.booleans())
def test_the_value_is_the_same_and_laying_out_twice_is_once(value: object, compact: bool) -> None:
    text = json.dumps(value, separators=(",", ":") if compact else None, ensure_ascii=False)
    shown = laid_out(text)
    assert json.loads(shown) == value
    assert shown == json.dumps(value, indent=2, ensure_ascii=False)
    assert laid_out(shown) == shown
