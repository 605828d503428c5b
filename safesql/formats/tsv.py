r"""Tab-separated values as COPY and LOAD DATA read them: ``\N`` is NULL; ``\t \n \r \\`` keep a row on a line."""

from __future__ import annotations

from collections.abc import Sequence

from safesql.formats.layout import Layout
from safesql.formats.rows import Write, by_column, flat, separated, spelled, strings, written
from safesql.result import Cell, Chunk, Result

_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def render(result: Result, write: Write, layout: Layout) -> int:
    """Write the rows as they arrive; returns how many there were."""
    columns = result.columns
    if layout.header and columns:
        write(spelled("\t".join(column.name.translate(_ESCAPES) for column in columns) + "\n", raw=layout.raw))
    template = "\t".join(["%s"] * len(columns)) + "\n"
    rows = 0
    for chunk in result:
        rows += len(chunk)
        if chunk and columns:
            text = _quick(chunk) or by_column(chunk, [_escaped] * len(columns), template)
            write(spelled(text, raw=layout.raw))
    return rows


def _quick(rows: Chunk) -> str | None:
    """All rows at once, when no cell has anything to escape; else None."""
    cells = flat(rows)
    found = strings(cells, r"\N")
    if found is None or any(character in found[1] for character in "\t\n\r") or _backslashes(found[1], cells):
        return None
    return separated(found[0], "\t", len(rows[0]))


def _backslashes(text: str, cells: Sequence[Cell]) -> bool:
    """Whether there are other backslashes than those of NULL."""
    return "\\" in text and text.count("\\") != cells.count(None)


def _escaped(column: Sequence[Cell]) -> list[str]:
    """One column, escaped."""
    return [r"\N" if cell is None else _field(cell) for cell in column]


def _field(cell: str | int | float | bytes) -> str:
    """One value, escaped; binary data are hex, whose backslash is escaped like any other."""
    return written(cell).translate(_ESCAPES)
