"""An HTML table; the values are text in it and never markup."""

from __future__ import annotations

from collections.abc import Sequence

from safesql.formats.layout import Layout
from safesql.formats.rows import Encode, Write, by_column, literal, written
from safesql.formats.visible import visible
from safesql.result import Cell, Column, Result, Shape

_ENTITIES = str.maketrans({
    "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "\n": "<br>",
})
_RIGHT = ' style="text-align: right"'


def render(result: Result, write: Write, layout: Layout) -> int:
    """Write the rows as they arrive; returns how many there were."""
    columns = result.columns
    write("<table>\n")
    if layout.header:
        names = "".join(f"<th{_side(column)}>{escaped(column.name)}</th>" for column in columns)
        write(f"<thead>\n<tr>{names}</tr>\n</thead>\n")
    write("<tbody>\n")
    template = "<tr>" + "".join(f"<td{literal(_side(column))}>%s</td>" for column in columns) + "</tr>\n"
    encoders = [_encoder(layout)] * len(columns)
    rows = 0
    for chunk in result:
        if chunk:
            write(by_column(chunk, encoders, template))
        rows += len(chunk)
    write("</tbody>\n</table>\n")
    return rows


def escaped(text: str) -> str:
    """Text for the inside of an element, its control characters visible."""
    return visible(text, keep="\n\t").translate(_ENTITIES)


def _side(column: Column) -> str:
    """Where the column stands."""
    return _RIGHT if column.shape is Shape.NUMBER else ""


def _encoder(layout: Layout) -> Encode:
    """Cells as the content of a td; NULL is in italics, which no value can be."""
    null = f"<em>{escaped(layout.null)}</em>"

    def encode(column: Sequence[Cell]) -> list[str]:
        return [null if cell is None else escaped(written(cell)) for cell in column]

    return encode
