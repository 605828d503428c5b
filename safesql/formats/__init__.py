"""Output formats: one module each, with ``render``; a new one is a file and a line in ``FORMATS``."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import cast

from safesql.formats.layout import Expanded, Layout
from safesql.result import Result
from safesql.slotted import dataclass

__all__ = ["FORMATS", "Expanded", "Format", "Layout"]

_Write = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a result; its module is loaded when the first result is written."""

    name: str
    summary: str

    def render(self, result: Result, write: _Write, layout: Layout) -> int:
        """Write all rows as they arrive, in pieces of one or more lines; returns how many rows there were."""
        module = import_module(f"safesql.formats.{'copied' if result.copied else self.name}")
        return cast("Callable[[Result, _Write, Layout], int]", module.render)(result, write, layout)


FORMATS: dict[str, Format] = {
    form.name: form
    for form in (
        Format("table", "aligned columns, for people"),
        Format("vertical", "one line for each column, for wide rows"),
        Format("csv", 'RFC 4180; NULL is an empty field, an empty text is ""'),
        Format("tsv", r"tabs; NULL is \N, as COPY and LOAD DATA read it"),
        Format("json", "one array of objects"),
        Format("jsonl", "one object a line"),
        Format("markdown", "a table for tickets and pull requests"),
        Format("html", "a table element"),
        Format("insert", "one INSERT for each row, in the literals of the server"),
    )
}
