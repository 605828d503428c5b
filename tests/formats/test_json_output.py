"""json and jsonl: valid, exact, and no value lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safesql.formats import Layout
from safesql.formats.objects import unique
from safesql.result import Cell, Column, Row, Shape

Rendered = Callable[..., str]
RAW = Layout(raw=True)


@pytest.mark.parametrize(
    ("shape", "cell", "written"),
    [
        (Shape.NUMBER, "42", "42"),
        (Shape.NUMBER, "-0.10", "-0.10"),
        (Shape.NUMBER, "12345678901234567890.12345678901234567890", "12345678901234567890.12345678901234567890"),
        (Shape.NUMBER, "1e+100", "1e+100"),
        (Shape.NUMBER, "NaN", '"NaN"'),
        (Shape.NUMBER, "-Infinity", '"-Infinity"'),
        (Shape.NUMBER, "007", '"007"'),
        (Shape.NUMBER, ".5", '".5"'),
        (Shape.NUMBER, "١٢", '"١٢"'),
        (Shape.NUMBER, "1\n", r'"1\n"'),
        (Shape.NUMBER, 7, "7"),
        (Shape.NUMBER, 1e300, "1e+300"),
        (Shape.NUMBER, float("inf"), '"inf"'),
        (Shape.NUMBER, None, "null"),
        (Shape.TEXT, "42", '"42"'),
        (Shape.TEXT, 42, "42"),
        (Shape.TEXT, 'say "hi" \\ \t', r'"say \"hi\" \\ \t"'),
        (Shape.TEXT, None, "null"),
        (Shape.TEXT, "null", '"null"'),
        (Shape.TEXT, "", '""'),
        (Shape.BOOLEAN, "t", "true"),
        (Shape.BOOLEAN, "f", "false"),
        (Shape.BOOLEAN, "TRUE", "true"),
        (Shape.BOOLEAN, 1, "true"),
        (Shape.BOOLEAN, 0, "false"),
        (Shape.BOOLEAN, 2, "2"),
        (Shape.BOOLEAN, "maybe", '"maybe"'),
        (Shape.BOOLEAN, None, "null"),
        (Shape.BINARY, b"\x00ab", r'"\\x006162"'),
        (Shape.BINARY, b"", r'"\\x"'),
        (Shape.TEXT, b"\xff", r'"\\xff"'),
        (Shape.JSON, '{"a": [1.00, "x\\u0041"]}', '{"a": [1.00, "x\\u0041"]}'),
        (Shape.JSON, '{\n\t"a": 1\r\n}', '{  "a": 1  }'),
        (Shape.JSON, "1" * 10_000, "1" * 10_000),
        (Shape.JSON, "NaN", '"NaN"'),
        (Shape.JSON, "{a: 1}", '"{a: 1}"'),
        (Shape.JSON, "[" * 100_000, '"' + "[" * 100_000 + '"'),
        (Shape.JSON, None, "null"),
        (Shape.JSON, "null", "null"),
    ],
)
def test_a_value_is_written_by_the_shape_of_its_column(
    rendered: Rendered, shape: Shape, cell: Cell, written: str
) -> None:
    assert rendered("jsonl", [Column("v", "", shape)], [(cell,)], RAW) == f'{{"v": {written}}}\n'


def test_json_is_one_array(rendered: Rendered) -> None:
    rows = [("1", "a%"), ("2", None), ("3", "c")]
    expected = '[\n{"a": "1", "b%": "a%"},\n{"a": "2", "b%": null},\n{"a": "3", "b%": "c"}\n]\n'
    assert {rendered("json", ["a", "b%"], rows, RAW, size) for size in (1, 2, 3)} == {expected}


def test_no_rows_are_an_empty_array_and_no_lines(rendered: Rendered) -> None:
    assert rendered("json", ["a"], []) == "[]\n"
    assert rendered("jsonl", ["a"], []) == ""


def test_columns_of_one_name_are_all_kept(rendered: Rendered) -> None:
    assert rendered("jsonl", ["a", "a", "a_2", "a"], [("1", "2", "3", "4")]) == (
        '{"a": "1", "a_3": "2", "a_2": "3", "a_4": "4"}\n'
    )


def test_on_a_terminal_hidden_characters_are_escapes_and_the_value_is_the_same(rendered: Rendered) -> None:
    columns = [Column("t\u202e"), Column("j", "json", Shape.JSON)]
    rows = [("\x7f\u202e\U000e0041", '{"k": "\u202e"}')]
    shown, kept = rendered("jsonl", columns, rows), rendered("jsonl", columns, rows, RAW)
    assert shown == '{"t\\u202e": "\\u007f\\u202e\\udb40\\udc41", "j": {"k": "\\u202e"}}\n'
    assert kept == '{"t\u202e": "\x7f\u202e\U000e0041", "j": {"k": "\u202e"}}\n'
    assert json.loads(shown) == json.loads(kept)


TEXT = st.text(st.characters(), max_size=10)
ROWS = st.lists(st.tuples(TEXT | st.none(), st.decimals() | st.integers(), st.booleans(), TEXT), max_size=8)
COLUMNS = [Column("text"), Column("n", "", Shape.NUMBER), Column("b", "", Shape.BOOLEAN), Column("text")]


@pytest.mark.parametrize("raw", [True, False])
@given(rows=ROWS, size=st.integers(1, 8))
def test_json_lines_parse_back_as_the_cells(rendered: Rendered, raw: bool, rows: list[Row], size: int) -> None:
    sent = [(text, str(number), "t" if truth else "f", more) for text, number, truth, more in rows]
    text = rendered("jsonl", COLUMNS, sent, Layout(raw=raw), size)
    text.encode("utf-8")
    read = [json.loads(line, parse_float=Decimal, parse_int=Decimal) for line in text.split("\n")[:-1]]
    assert len(read) == len(rows)
    for back, (first, number, truth, more) in zip(read, rows, strict=True):
        assert (back["text"], back["b"], back["text_2"]) == (first, truth, more)
        assert str(back["n"]).lower() == str(Decimal(str(number))).lower()


@given(rows=ROWS, size=st.integers(1, 8))
def test_json_and_json_lines_say_the_same(rendered: Rendered, rows: list[Row], size: int) -> None:
    sent = [(text, str(number), "t" if truth else "f", more) for text, number, truth, more in rows]
    lines = rendered("jsonl", COLUMNS, sent, Layout(), size).split("\n")[:-1]
    assert json.loads(rendered("json", COLUMNS, sent, Layout(), size)) == [json.loads(line) for line in lines]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(JSON, st.booleans(), st.sampled_from([None, 2]), st.booleans())
def test_embedded_json_keeps_its_value_on_one_line(
    rendered: Rendered, value: object, ascii_only: bool, indent: int | None, raw: bool
) -> None:
    cell = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    text = rendered("jsonl", [Column("j", "json", Shape.JSON)], [(cell,)], Layout(raw=raw))
    assert text.count("\n") == 1
    assert json.loads(text) == {"j": value}


@given(st.lists(st.sampled_from(["a", "a_2", "a_3", "b", ""]), max_size=8))
def test_unique_names_keep_their_first_bearers(names: list[str]) -> None:
    found = unique(names)
    assert len(set(found)) == len(found) == len(names)
    assert all(found[names.index(name)] == name for name in set(names))
