"""Rows of a result turned into a grid: one column's values down, another's across, a third's in the cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from safesql.result import Cell, Column, Row
from safesql.slotted import dataclass


@dataclass(frozen=True, slots=True)
class Axes:
    """Where values come from, as 0-based places in a row; ``order`` sorts what goes across by number."""

    down: int
    across: int
    cell: int
    order: int | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """What a result looks like when it was turned."""

    columns: tuple[Column, ...]
    rows: list[Row]


def crosstab(columns: Sequence[Column], rows: Iterable[Row], axes: Axes, null: str) -> Grid:
    """Values stand in the order in which they came; raises ValueError where two rows have the same place."""
    downs: dict[Cell, int] = {}
    acrosses: dict[Cell, float] = {}
    cells: dict[tuple[Cell, Cell], Cell] = {}
    for row in rows:
        down, across = row[axes.down], row[axes.across]
        downs.setdefault(down, len(downs))
        acrosses.setdefault(across, len(acrosses) if axes.order is None else _rank(row[axes.order]))
        if (down, across) in cells:
            raise ValueError(f"more than one value for {_said(down, null)} and {_said(across, null)}")
        cells[down, across] = row[axes.cell]
    names = sorted(acrosses, key=lambda each: acrosses[each])
    of_cells = columns[axes.cell]
    heads = tuple(Column(_said(name, null), of_cells.type, of_cells.shape) for name in names)
    turned: list[Row] = [(down, *(cells.get((down, name), "") for name in names)) for down in downs]
    return Grid((columns[axes.down], *heads), turned)


def _rank(cell: Cell) -> float:
    """The number to sort by, NULL last; raises ValueError for what is no number."""
    return float("inf") if cell is None else float(cell)


def _said(cell: Cell, null: str) -> str:
    """The value as the name of a column."""
    return null if cell is None else f"\\x{cell.hex()}" if isinstance(cell, bytes) else str(cell)
