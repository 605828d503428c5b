"""A table as GitHub's Markdown has it, for tickets and pull requests; the values are text in it and never markup."""

from __future__ import annotations

import re
from collections.abc import Sequence

from safesql.formats.layout import Layout
from safesql.formats.rows import Encode, Write, by_column, written
from safesql.formats.visible import visible
from safesql.result import Cell, Column, Result, Shape

# An underscore inside of a word is one; those at its ends would make it italic.
_MARKUP = re.compile(r"[\\`*\[\]|~$]|(?<!\w)_|_(?!\w)|[&<>\n]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\n": "<br>"}


def render(result: Result, write: Write, layout: Layout) -> int:
    """Write the rows as they arrive; returns how many there were."""
    columns = result.columns
    if columns:         # the format has no table without a heading, so it is written whatever the layout says
        write(_line([escaped(column.name) for column in columns]) + _line([_rule(column) for column in columns]))
    template = _line(["%s"] * len(columns))
    encoders = [_encoder(layout)] * len(columns)
    rows = 0
    for chunk in result:
        if chunk and columns:
            write(by_column(chunk, encoders, template))
        rows += len(chunk)
    return rows


def escaped(text: str) -> str:
    """Text for a cell, on one line, its control characters visible."""
    return _MARKUP.sub(lambda found: _ENTITIES.get(found[0], f"\\{found[0]}"), visible(text, keep="\n"))


def _line(cells: Sequence[str]) -> str:
    """One line of the table."""
    return f"| {' | '.join(cells)} |\n"


def _rule(column: Column) -> str:
    """Below a name: where the column stands."""
    return "---:" if column.shape is Shape.NUMBER else "---"


def _encoder(layout: Layout) -> Encode:
    """Cells as Markdown."""
    null = escaped(layout.null)

    def encode(column: Sequence[Cell]) -> list[str]:
        return [null if cell is None else escaped(written(cell)) for cell in column]

    return encode
