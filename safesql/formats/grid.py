"""The columns of a table: their widths and sides, and how rows are laid into them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from safesql.formats.cells import Shown, dimmed, dimming, null
from safesql.formats.layout import Layout
from safesql.formats.rows import flat, unusual
from safesql.formats.visible import harmless, visible
from safesql.formats.width import padded, single, width
from safesql.result import Chunk, Column, Shape
from safesql.slotted import dataclass

PAD = 1000      # no column is padded further, so that one huge cell does not blow up every line; longer cells stick out


@dataclass(frozen=True, slots=True)
class Grid:
    """Widths are columns of the terminal; ``template`` formats one row of plain cells into ``line`` characters."""

    widths: tuple[int, ...]
    right: tuple[bool, ...]
    null: str
    nulls: tuple[str, ...]      # NULL, padded and coloured, for each column
    dimming: int                # characters of such a NULL that take no room
    template: str
    line: int

    @classmethod
    def of(cls, widths: Sequence[int], right: tuple[bool, ...], layout: Layout) -> Grid:
        """A grid with these columns."""
        sides = tuple(zip(widths, right, strict=True))
        nulls = tuple(dimmed(padded(null(layout), columns, right=side), layout) for columns, side in sides)
        slots = (f" %{'' if side else '-'}{columns}s " for columns, side in sides)
        line = sum(widths) + 3 * len(widths)
        return cls(tuple(widths), right, null(layout), nulls, dimming(layout), "|".join(slots) + "\n", line)

    def fitting(self, columns: Sequence[Shown], layout: Layout) -> Grid:
        """This grid, or a wider one when these cells need it."""
        empty = width(null(layout))
        needed = (
            max(was, min(column.widest, PAD), empty if None in column.cells else 0)
            for was, column in zip(self.widths, columns, strict=True)
        )
        widths = tuple(needed)
        return self if widths == self.widths else Grid.of(widths, self.right, layout)


def empty_grid(columns: Sequence[Column], layout: Layout) -> Grid:
    """As wide as the names; numbers stand at the right."""
    widths = [min(width(visible(column.name)), PAD) if layout.header else 0 for column in columns]
    return Grid.of(widths, tuple(column.shape is Shape.NUMBER for column in columns), layout)


def heading(grid: Grid, columns: Sequence[Column]) -> str:
    """The names and the rule below them."""
    names = (
        f" {padded(visible(column.name), columns_wide, right=side)} "
        for column, columns_wide, side in zip(columns, grid.widths, grid.right, strict=True)
    )
    return "|".join(names) + "\n" + "+".join("-" * (columns_wide + 2) for columns_wide in grid.widths) + "\n"


def quick(grid: Grid, rows: Chunk) -> str | None:
    """All rows at once, when every cell is harmless, takes one column a character, and fits; else None."""
    cells = flat(rows)
    dimmed = 0
    if None in cells:
        if grid.dimming:
            dimmed, markers = cells.count(None), grid.nulls * len(rows)
            cells = tuple([marker if cell is None else cell for cell, marker in zip(cells, markers, strict=True)])
        else:
            cells = tuple([grid.null if cell is None else cell for cell in cells])
    text = grid.template * len(rows) % cells
    # Every cell is padded at least to its column, so the length tells whether any sticks out.
    if len(text) != grid.line * len(rows) + dimmed * grid.dimming:
        return None
    rest = unusual(text, cells, len(rows), dimmed)
    return None if rest is None or not harmless(rest) or not single(rest) else text


def careful(grid: Grid, columns: Sequence[Shown]) -> str:
    """Rows column by column: wide characters padded by what they take, further lines of a cell below its first."""
    if any("\n" in cell for column in columns if not column.simple for cell in column.cells if cell is not None):
        return "".join([_tall(grid, row) for row in zip(*(column.cells for column in columns), strict=True)])
    ready = [_column(grid, index, column) for index, column in enumerate(columns)]
    row = "|".join([" %s "] * len(columns)) + "\n"
    return row * len(ready[0]) % tuple(chain.from_iterable(zip(*ready, strict=True)))


def _column(grid: Grid, index: int, column: Shown) -> list[str]:
    """The cells of one column, padded."""
    if not column.simple:
        return [_filled(cell, grid, index) for cell in column.cells]
    null, slot = grid.nulls[index], f"%{'' if grid.right[index] else '-'}{grid.widths[index]}s"
    return [null if cell is None else slot % cell for cell in column.cells]


def _filled(cell: str | None, grid: Grid, index: int) -> str:
    """One line of a cell, padded to its column."""
    return grid.nulls[index] if cell is None else padded(cell, grid.widths[index], right=grid.right[index])


def _tall(grid: Grid, row: Sequence[str | None]) -> str:
    """One row of several lines; a ``+`` behind a line says that the cell goes on."""
    cells: list[list[str | None]] = [[None] if cell is None else [*cell.split("\n")] for cell in row]
    height = max(len(cell) for cell in cells)
    lines = (
        "|".join(
            f" {_filled(cell[at] if at < len(cell) else '', grid, index)}{'+' if at + 1 < len(cell) else ' '}"
            for index, cell in enumerate(cells)
        )
        for at in range(height)
    )
    return "\n".join(lines) + "\n"
