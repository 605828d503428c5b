"""One line for each column, one block for each row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import add

from safesql.formats.cells import dimmed, null, shown
from safesql.formats.layout import Layout
from safesql.formats.message import row_count
from safesql.formats.rows import Write, by_column, flat, literal, unusual
from safesql.formats.visible import harmless, visible
from safesql.formats.width import padded, width
from safesql.result import Cell, Chunk, Column, Result


def render(result: Result, write: Write, layout: Layout) -> int:
    """Write the rows as they arrive; returns how many there were."""
    return draw(result.columns, result, write, layout)


def draw(columns: Sequence[Column], chunks: Iterable[Chunk], write: Write, layout: Layout) -> int:
    """The same for rows of which some were already taken from their result."""
    names = [visible(column.name) for column in columns]
    margin = max(map(width, names), default=0)
    template = "%s\n" + "".join(f"{literal(padded(name, margin, right=False))} | %s\n" for name in names)
    rows = 0
    for chunk in chunks:
        numbers = range(rows + 1, rows + len(chunk) + 1)
        rules = [(f"-[ RECORD {number} ]".ljust(margin + 12, "-"),) for number in numbers]
        numbered: Chunk = list(map(add, rules, chunk))
        write(_quick(numbered, template, layout) or _careful(numbered, template, margin, layout))
        rows += len(chunk)
    if layout.footer:
        write(row_count(rows) + "\n")
    return rows


def _quick(rows: Chunk, template: str, layout: Layout) -> str | None:
    """All rows at once, when every cell is one harmless line; else None."""
    cells = flat(rows)
    nulls = 0
    if None in cells:
        nulls, marker = cells.count(None) if layout.color else 0, dimmed(null(layout), layout)
        cells = tuple([marker if cell is None else cell for cell in cells])
    text = template * len(rows) % cells
    rest = unusual(text, cells, len(cells), nulls)
    return None if rest is None or not harmless(rest) else text


def _careful(rows: Chunk, template: str, margin: int, layout: Layout) -> str:
    """Column by column; further lines of a cell stand below its first, and a ``+`` says that it goes on."""
    if not rows:
        return ""
    marker = dimmed(null(layout), layout)
    further = f"+\n{' ' * margin} | "

    def encode(column: Sequence[Cell]) -> list[str]:
        return [marker if cell is None else cell.replace("\n", further) for cell in shown(column, layout).cells]

    return by_column(rows, [encode] * len(rows[0]), template)
