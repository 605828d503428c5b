"""Comma-separated values after RFC 4180, lines ending in a line feed: NULL is nothing, an empty text is ``""``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from safesql.formats.layout import Layout
from safesql.formats.rows import Write, by_column, flat, separated, spelled, strings, texts, written
from safesql.result import Cell, Chunk, Result

# COPY before PostgreSQL 18 takes a line of \. for the end of the data unless it is quoted.
_SPECIAL = ('"', ",", "\n", "\r", r"\.")
_QUOTED = re.compile(r'[",\n\r]|\\\.')


def render(result: Result, write: Write, layout: Layout) -> int:
    """Write the rows as they arrive; returns how many there were."""
    columns = result.columns
    if layout.header and columns:
        write(spelled(",".join(_field(column.name) for column in columns) + "\n", raw=layout.raw))
    template = ",".join(["%s"] * len(columns)) + "\n"
    rows = 0
    for chunk in result:
        rows += len(chunk)
        if chunk and columns:
            text = _quick(chunk) or by_column(chunk, [_fields] * len(columns), template)
            write(spelled(text, raw=layout.raw))
    return rows


def _quick(rows: Chunk) -> str | None:
    """All rows at once, when no cell has to be quoted; else None."""
    cells = flat(rows)
    found = strings(cells, "")
    if found is None or "" in cells or any(special in found[1] for special in _SPECIAL):
        return None
    return separated(found[0], ",", len(rows[0]))


def _fields(column: Sequence[Cell]) -> Sequence[str]:
    """One column; most columns of a chunk that has to be quoted somewhere need nothing themselves."""
    checked = texts(column)
    if checked is None or _QUOTED.search(checked) or "" in column:
        return ["" if cell is None else _field(cell) for cell in column]
    return ["" if cell is None else str(cell) for cell in column]


def _field(cell: str | int | float | bytes) -> str:
    """One value, quoted when it must be; an empty text is, so that it differs from NULL."""
    text = written(cell)
    return '"' + text.replace('"', '""') + '"' if not text or _QUOTED.search(text) else text
