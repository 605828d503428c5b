"""html and markdown: values are text, whatever is in them."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from safesql.formats import Layout
from safesql.formats.visible import visible
from safesql.result import Column, Shape

Rendered = Callable[..., str]

NUMBER = Column("n", "integer", Shape.NUMBER)


class _Cells(HTMLParser):
    """The texts of the td elements, and the names of all elements."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.tags: set[str] = set()
        self._inside = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "td":
            self.cells.append("")
            self._inside = True
        elif tag == "br" and self._inside:
            self.cells[-1] += "\n"

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "td"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.cells[-1] += data


def test_html_is_a_table_element(rendered: Rendered) -> None:
    rows = [("1", "<b>&\"'\nx%"), ("2", None), ("3", "<null>")]
    assert rendered("html", [NUMBER, "a<b%"], rows) == (
        "<table>\n<thead>\n"
        '<tr><th style="text-align: right">n</th><th>a&lt;b%</th></tr>\n'
        "</thead>\n<tbody>\n"
        '<tr><td style="text-align: right">1</td><td>&lt;b&gt;&amp;&quot;&#39;<br>x%</td></tr>\n'
        '<tr><td style="text-align: right">2</td><td><em>&lt;null&gt;</em></td></tr>\n'
        '<tr><td style="text-align: right">3</td><td>&lt;null&gt;</td></tr>\n'
        "</tbody>\n</table>\n"
    )


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_html_reads_back_as_the_cells_and_has_no_other_elements(
    rendered: Rendered, rows: list[tuple[str, str]]
) -> None:
    parsed = _Cells(rendered("html", ["<script>", "b"], rows))
    assert parsed.cells == [visible(cell, keep="\n\t") for row in rows for cell in row]
    assert parsed.tags <= {"table", "thead", "tbody", "tr", "th", "td", "br"}


def test_markdown_is_a_table_with_numbers_at_the_right(rendered: Rendered) -> None:
    rows = [("1", "a|b"), ("2", None), ("3", "two\nlines"), ("4", "snake_case and _x_ and *y* `z` \\")]
    assert rendered("markdown", [NUMBER, "what|not"], rows) == (
        "| n | what\\|not |\n"
        "| ---: | --- |\n"
        "| 1 | a\\|b |\n"
        "| 2 | &lt;null&gt; |\n"
        "| 3 | two<br>lines |\n"
        "| 4 | snake_case and \\_x\\_ and \\*y\\* \\`z\\` \\\\ |\n"
    )


@given(st.lists(st.tuples(st.text(), st.none() | st.text()), max_size=5))
def test_markdown_has_one_line_for_each_row_and_no_markup_of_the_data(
    rendered: Rendered, rows: list[tuple[str, str | None]]
) -> None:
    lines = rendered("markdown", ["a", "b"], rows).split("\n")[:-1]
    assert len(lines) == len(rows) + 2
    for line in lines:
        assert line.replace("\\\\", "").replace("\\|", "").count("|") == 3
        assert not set(line.replace("<br>", "")) & set("<>")


def test_the_text_for_null_is_the_layouts(rendered: Rendered) -> None:
    assert "| NULL |" in rendered("markdown", ["a"], [(None,)], Layout(null="NULL"))
    assert "<em>NULL</em>" in rendered("html", ["a"], [(None,)], Layout(null="NULL"))
