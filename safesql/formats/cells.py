"""Cells as people read them in tables and vertical blocks: nothing hidden, nothing that acts on the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from safesql.formats.layout import Layout
from safesql.formats.rows import DIM, PLAIN
from safesql.formats.visible import harmless, hexadecimal, visible
from safesql.formats.width import single, width
from safesql.result import Cell
from safesql.slotted import dataclass

_TAB = 8


@dataclass(frozen=True, slots=True)
class Shown:
    """One column of a chunk: NULL is None; a line feed in a cell is a further line of it."""

    cells: list[str | None]
    simple: bool                # one line each, and len() is the width
    widest: int


def shown(column: Sequence[Cell], layout: Layout) -> Shown:
    """A column made harmless and measured."""
    cells = [None if cell is None else _text(cell, layout) for cell in column]
    joined = "".join([cell for cell in cells if cell is not None])
    if harmless(joined) and single(joined):
        return Shown(cells, simple=True, widest=max((len(cell) for cell in cells if cell is not None), default=0))
    cells = [None if cell is None else _lines(cell) for cell in cells]
    widest = max((width(line) for cell in cells if cell is not None for line in cell.split("\n")), default=0)
    return Shown(cells, simple=False, widest=widest)


def null(layout: Layout) -> str:
    """NULL as it is shown, without colour."""
    return visible(layout.null)


def dimmed(text: str, layout: Layout) -> str:
    """The text in the colour of what is not data."""
    return f"{DIM}{text}{PLAIN}" if layout.color else text


def dimming(layout: Layout) -> int:
    """How many characters ``dimmed`` adds."""
    return len(DIM + PLAIN) if layout.color else 0


def _text(cell: str | int | float | bytes, layout: Layout) -> str:
    """A cell's text; long binary data are cut where the layout says so."""
    return hexadecimal(cell, layout.max_binary) if isinstance(cell, bytes) else str(cell)


def _lines(text: str) -> str:
    """A cell with its line feeds kept; tabs are blanks where they indent a line of several, and escapes elsewhere."""
    if "\n" not in text:
        return visible(text)
    return "\n".join(visible(_indented(line)) for line in text.split("\n"))


def _indented(line: str) -> str:
    """The line with the tabs at its beginning expanded."""
    end = len(line) - len(line.lstrip(" \t"))
    return line[:end].expandtabs(_TAB) + line[end:]
