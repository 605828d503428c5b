"""JSON Lines: one object for each row."""

from __future__ import annotations

from safesql.formats.layout import Layout
from safesql.formats.objects import Objects
from safesql.formats.rows import Write
from safesql.result import Result


def render(result: Result, write: Write, layout: Layout) -> int:
    """Write the rows as they arrive; returns how many there were."""
    objects = Objects(result.columns, raw=layout.raw, separator="\n")
    rows = 0
    for chunk in result:
        if chunk:
            write(objects.chunk(chunk) + "\n")
        rows += len(chunk)
    return rows
