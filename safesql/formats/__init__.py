"""Output formats: one module each, with ``render``; a new one is a file and a line in ``FORMATS``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from safesql.formats import csv, table, tsv, vertical
from safesql.formats.layout import Expanded, Layout
from safesql.result import Result

__all__ = ["FORMATS", "Expanded", "Format", "Layout"]


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a result; ``render`` reads all its rows and returns how many they were."""

    name: str
    summary: str
    render: Callable[[Result, Callable[[str], None], Layout], int]


FORMATS: dict[str, Format] = {
    form.name: form
    for form in (
        Format("table", "aligned columns, for people", table.render),
        Format("vertical", "one line for each column, for wide rows", vertical.render),
        Format("csv", "RFC 4180; NULL is an empty field, an empty text is \"\"", csv.render),
        Format("tsv", r"tabs; NULL is \N, as COPY and LOAD DATA read it", tsv.render),
    )
}
