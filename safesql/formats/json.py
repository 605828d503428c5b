"""One JSON array of objects, written as the rows arrive."""

from __future__ import annotations

from safesql.formats.layout import Layout
from safesql.formats.objects import Objects
from safesql.formats.rows import Write
from safesql.result import Result

_NEXT = ",\n"


def render(result: Result, write: Write, layout: Layout) -> int:
    """Write the rows as they arrive; returns how many there were."""
    objects = Objects(result.columns, raw=layout.raw, separator=_NEXT)
    before, rows = "[\n", 0
    for chunk in result:
        if chunk:
            write(before + objects.chunk(chunk))
            before = _NEXT
        rows += len(chunk)
    write("\n]\n" if rows else "[]\n")
    return rows
