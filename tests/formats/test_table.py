"""Tables and vertical blocks: aligned, complete, and nothing in them acts on a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from safesql.formats import Expanded, Layout
from safesql.result import Column, Row, Shape

Rendered = Callable[..., str]

NUMBER = Column("id", "integer", Shape.NUMBER)
CELLS = st.none() | st.text(st.characters(), max_size=12) | st.binary(max_size=6) | st.integers() | st.floats()
ROWS = st.integers(1, 4).flatmap(lambda n: st.lists(st.tuples(*[CELLS] * n), min_size=1, max_size=8))


def names_of(rows: list[Row]) -> list[str]:
    return [f"column {number}" for number in range(len(rows[0]))]


def test_numbers_stand_at_the_right_and_everything_else_at_the_left(rendered: Rendered) -> None:
    rows = [("1", "Zürich"), ("-200", None), (None, "x")]
    assert rendered("table", [NUMBER, "town"], rows) == (
        "     id | town   \n"
        + "--------+--------\n"
        "      1 | Zürich \n"
        "   -200 | <null> \n"
        " <null> | x      \n"
        "(3 rows)\n"
    )


def test_wide_characters_emoji_and_combining_marks_are_aligned(rendered: Rendered) -> None:
    assert rendered("table", ["name", "n"], [("東京", "1"), ("e\u0301", "2"), ("😀", "3"), ("abc", "4")]) == (
        " name | n \n"
        "------+---\n"
        " 東京 | 1 \n"
        " e\u0301    | 2 \n"
        " 😀   | 3 \n"
        " abc  | 4 \n"
        "(4 rows)\n"
    )


def test_a_cell_of_several_lines_goes_on_below(rendered: Rendered) -> None:
    rows = [("1", "begin\n\tif x\nend", "k"), ("2", "one", "l\nm")]
    assert rendered("table", [NUMBER, "body", "o"], rows) == (
        " id | body         | o \n"
        "----+--------------+---\n"
        "  1 | begin       +| k \n"
        "    |         if x+|   \n"
        "    | end          |   \n"
        "  2 | one          | l+\n"
        "    |              | m \n"
        "(2 rows)\n"
    )


def test_binary_data_are_hex_and_long_ones_are_cut_with_their_length(rendered: Rendered) -> None:
    text = rendered("table", ["data"], [(b"\x00\xff",), (b"x" * 1000,)], Layout(max_binary=4, footer=False))
    assert text.splitlines()[2:] == [r" \x00ff".ljust(28), r" \x78787878... (1000 bytes) "]


def test_data_names_and_the_text_for_null_cannot_act_on_the_terminal(rendered: Rendered) -> None:
    layout = Layout(null="\x1b[5m")
    text = rendered("table", ["\x1b]0;title\x07"], [("\x1b[2J",), ("a\u202eb",), (None,), ("a\tb",)], layout)
    assert text == (
        " \\x1b]0;title\\x07 \n"
        "------------------\n"
        " \\x1b[2J          \n"
        " a\\u202eb         \n"
        " \\x1b[5m          \n"
        " a\\tb             \n"
        "(4 rows)\n"
    )


def test_null_is_dim_so_that_it_differs_from_the_text(rendered: Rendered) -> None:
    text = rendered("table", ["name"], [(None,), ("<null>",)], Layout(color=True))
    assert text.splitlines()[2:4] == [" \x1b[2m<null>\x1b[22m ", " <null> "]


def test_no_rows_show_the_names(rendered: Rendered) -> None:
    assert rendered("table", ["a", "b"], []) == " a | b \n---+---\n(0 rows)\n"


def test_neither_names_nor_count_are_shown_when_the_layout_says_so(rendered: Rendered) -> None:
    assert rendered("table", ["long name"], [("x",)], Layout(header=False, footer=False)) == " x \n"


@pytest.mark.parametrize("columns", [[""], ["a", "a", "a"], [f"c{number}" for number in range(1600)]])
def test_odd_columns_are_drawn(rendered: Rendered, columns: list[str]) -> None:
    lines = rendered("table", columns, [tuple("x" for _ in columns)] * 3).splitlines()
    assert [len(line) for line in lines[:-1]] == [len(lines[0])] * 5
    assert lines[2].split() == ["x"] + ["|", "x"] * (len(columns) - 1)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("table", "--\n(2 rows)\n"), ("vertical", "-[ RECORD 1 ]\n-[ RECORD 2 ]\n(2 rows)\n"), ("csv", ""), ("tsv", ""),
        ("json", "[\n{},\n{}\n]\n"), ("jsonl", "{}\n{}\n"), ("markdown", ""),
        ("html", "<table>\n<thead>\n<tr></tr>\n</thead>\n<tbody>\n<tr></tr>\n<tr></tr>\n</tbody>\n</table>\n"),
        ("insert", 'INSERT INTO "result" DEFAULT VALUES;\n' * 2),
    ],
)
def test_rows_without_columns_are_counted(rendered: Rendered, form: str, text: str) -> None:
    assert rendered(form, [], [(), ()]) == text


def test_a_later_chunk_widens_the_table(rendered: Rendered) -> None:
    rows = [("a", "b"), ("a" * 10, None), ("c", "d")]
    assert rendered("table", ["x", "y"], rows, Layout(footer=False), size=1).splitlines() == [
        " x | y ",
        "---+---",
        " a | b ",
        " aaaaaaaaaa | <null> ",
        " c          | d      ",
    ]


def test_one_huge_cell_does_not_widen_every_line(rendered: Rendered) -> None:
    rows = [("x" * 1_000_000, "1")] + [("y", "2")] * 999
    text = rendered("table", ["a", "b"], rows)
    assert len(text) < 3_100_000
    assert "x" * 1_000_000 + " | 1 \n" in text


@pytest.mark.parametrize(
    ("width", "expanded", "vertical"),
    [
        (9, Expanded.AUTO, False), (8, Expanded.AUTO, True), (None, Expanded.AUTO, False),
        (8, Expanded.OFF, False), (80, Expanded.ON, True),
    ],
)
def test_auto_turns_rows_that_are_too_wide_into_blocks(
    rendered: Rendered, width: int | None, expanded: Expanded, vertical: bool
) -> None:
    text = rendered("table", ["a", "b"], [("xx", "yy")], Layout(width=width, expanded=expanded))
    assert text.startswith("-[ RECORD 1 ]") is vertical


def test_vertical_shows_one_line_for_each_column(rendered: Rendered) -> None:
    rows = [("1", "a\nb", None), ("2", "東京", b"\x01")]
    assert rendered("vertical", [NUMBER, "名前", "100%"], rows) == (
        "-[ RECORD 1 ]---\n"
        "id   | 1\n"
        "名前 | a+\n"
        "     | b\n"
        "100% | <null>\n"
        "-[ RECORD 2 ]---\n"
        "id   | 2\n"
        "名前 | 東京\n"
        "100% | \\x01\n"
        "(2 rows)\n"
    )


@pytest.mark.parametrize("form", ["table", "vertical", "markdown", "html"])
@given(rows=ROWS, size=st.integers(1, 3))
def test_no_control_or_bidi_character_is_ever_written_for_people(
    rendered: Rendered, form: str, rows: list[Row], size: int
) -> None:
    text = rendered(form, names_of(rows), rows, Layout(raw=True), size)
    assert not {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs")} - set("\n\t\u200c\u200d")
    assert form == "html" or "\t" not in text


@pytest.mark.parametrize("form", ["table", "vertical", "csv", "tsv", "json", "jsonl", "markdown", "html", "insert"])
@given(rows=ROWS)
def test_nothing_but_line_feeds_and_tabs_controls_a_terminal(rendered: Rendered, form: str, rows: list[Row]) -> None:
    text = rendered(form, ["\x1b[1m", "\u202ea", "\r", "\ud800"][:len(rows[0])], rows)
    assert not {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs")} - set("\n\t\u200c\u200d")


LINE = st.text(st.characters(blacklist_characters="\n"), max_size=12)


@given(st.lists(st.tuples(LINE | st.none(), LINE, st.integers().map(str)), min_size=1, max_size=12))
def test_every_line_of_a_table_is_equally_wide(rendered: Rendered, rows: list[Row]) -> None:
    lines = rendered("table", ["a", "b", NUMBER], rows, Layout(footer=False)).split("\n")[:-1]
    assert len(lines) == len(rows) + 2
    assert {wcswidth(line) for line in lines} == {len(lines[1])}


PRINTABLE = st.text(st.characters(min_codepoint=33, max_codepoint=126, blacklist_characters="|"), max_size=8)


@given(st.lists(st.tuples(PRINTABLE, PRINTABLE), min_size=1, max_size=20), st.integers(1, 20))
def test_every_cell_stands_in_its_place_whatever_the_chunks(rendered: Rendered, rows: list[Row], size: int) -> None:
    lines = rendered("table", ["a", "b"], rows, Layout(footer=False, header=False), size).split("\n")[:-1]
    assert [tuple(cell.strip() for cell in line.split("|")) for line in lines] == rows


@given(st.lists(st.tuples(st.none() | PRINTABLE, PRINTABLE), max_size=20))
def test_the_quick_way_and_the_careful_way_draw_the_same(rendered: Rendered, rows: list[Row]) -> None:
    quick = rendered("table", ["a", "b"], rows, Layout(footer=False))
    careful = rendered("table", ["a", "b"], [*rows, ("\x01", "")], Layout(footer=False)).splitlines(keepends=True)
    narrow = rendered("table", ["a", "b"], [*rows, ("\\x01", "")], Layout(footer=False)).splitlines(keepends=True)
    assert careful == narrow
    assert quick.count("\n") == len(careful) - 1


@pytest.mark.parametrize("color", [True, False])
@given(st.lists(st.tuples(st.none() | st.sampled_from(["x", "\x1b[2m", "\x1b", "b'", "\n", "é"]), CELLS), max_size=6))
def test_dimming_is_only_ever_ours(rendered: Rendered, color: bool, rows: list[Row]) -> None:
    for form in ("table", "vertical"):
        text = rendered(form, ["a", "b"], rows, Layout(color=color))
        nulls = sum(cell is None for row in rows for cell in row)
        assert text.count("\x1b") == (2 * nulls if color else 0)


@pytest.mark.parametrize("form", ["table", "vertical", "csv", "tsv", "json", "jsonl", "markdown", "html", "insert"])
def test_binary_data_are_hex_wherever_they_stand(rendered: Rendered, form: str) -> None:
    for data in (b"ab", b"a'b", b""):
        text = rendered(form, ["a", "b", "c"], [("x", "1", 'ab"'), (data, None, 2)])
        assert data.hex() in text
        assert "b'" not in text
        assert not data or repr(data) not in text
