"""Aligned columns below their names; widths come from the first chunk of rows and grow when a later one needs it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from safesql.formats import vertical
from safesql.formats.cells import shown
from safesql.formats.grid import Grid, careful, empty_grid, heading, quick
from safesql.formats.layout import Expanded, Layout
from safesql.formats.message import row_count
from safesql.formats.rows import Write
from safesql.result import Chunk, Column, Result

BATCH = 2_000_000       # characters formatted at once, so that very wide tables stay within memory


def render(result: Result, write: Write, layout: Layout) -> int:
    """Write the rows as they arrive; returns how many there were."""
    if layout.expanded is Expanded.ON:
        return vertical.render(result, write, layout)
    chunks = (chunk for chunk in result if chunk)
    first = next(chunks, [])
    grid = _fitted(empty_grid(result.columns, layout), first, layout)
    whole = chain([first], chunks) if first else chunks
    if layout.expanded is Expanded.AUTO and layout.width is not None and grid.line - 1 > layout.width and first:
        return vertical.draw(result.columns, whole, write, layout)
    return _draw(result.columns, grid, whole, write, layout)


def _draw(columns: Sequence[Column], grid: Grid, chunks: Iterable[Chunk], write: Write, layout: Layout) -> int:
    """Heading, rows, count."""
    if layout.header:
        write(heading(grid, columns) if columns else "--\n")
    rows = 0
    for chunk in chunks:
        rows += len(chunk)
        for part in _parts(chunk, grid) if columns else ():
            text = quick(grid, part)
            if text is None:
                cells = [shown(column, layout) for column in zip(*part, strict=True)]
                grid = grid.fitting(cells, layout)
                text = careful(grid, cells)
            write(text)
    if layout.footer:
        write(row_count(rows) + "\n")
    return rows


def _fitted(grid: Grid, chunk: Chunk, layout: Layout) -> Grid:
    """The grid, wide enough for these rows."""
    return grid.fitting([shown(column, layout) for column in zip(*chunk, strict=True)], layout) if chunk else grid


def _parts(chunk: Chunk, grid: Grid) -> Iterator[Chunk]:
    """The chunk in pieces that are not too much text at once."""
    step = max(1, BATCH // grid.line)
    for start in range(0, len(chunk), step):
        yield chunk if step >= len(chunk) else chunk[start:start + step]
