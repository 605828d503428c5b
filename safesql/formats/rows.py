"""A chunk of rows written at once: one ``%`` template, repeated, filled with all the cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import cast

from safesql.formats.visible import PRINTABLE_ASCII, hexadecimal, visible
from safesql.result import Cell, Chunk

DIM, PLAIN = "\x1b[2m", "\x1b[22m"

Write = Callable[[str], object]
Encode = Callable[[Sequence[Cell]], Sequence[str]]
"""One column of a chunk as texts."""


def flat(rows: Chunk) -> tuple[Cell, ...]:
    """All cells, row by row."""
    return tuple(chain.from_iterable(rows))


def texts(cells: Sequence[Cell]) -> str | None:
    """All text among the cells in one string, to be checked at once; None when there are binary data."""
    try:
        return "".join(cast("Sequence[str]", cells))    # the common case, and the fastest test for it
    except TypeError:
        if bytes in set(map(type, cells)):
            return None
        return "".join([cell for cell in cells if cell.__class__ is str])


def strings(cells: Sequence[Cell], null: str) -> tuple[Sequence[str], str] | None:
    """The cells as texts, and all of them in one string; None when there are binary data."""
    if None in cells:
        cells = [null if cell is None else cell for cell in cells]
    try:
        return cast("Sequence[str]", cells), "".join(cast("Sequence[str]", cells))
    except TypeError:
        if bytes in set(map(type, cells)):
            return None
        found = list(map(str, cells))
        return found, "".join(found)


def separated(cells: Sequence[str], separator: str, columns: int) -> str:
    """Lines of so many cells each; several times as fast as a template."""
    return "\n".join(map(separator.join, zip(*[iter(cells)] * columns, strict=True))) + "\n"


def unusual(text: str, cells: Sequence[Cell], lines: int, dimmed: int) -> str | None:
    """The characters of formatted cells beyond printable ASCII, but for the text's line feeds and dimmed NULLs.

    None when these are not as many as the template brings, so that some came from the data, or when bytes were
    formatted: one check of the output stands for a check of each cell.
    """
    if ("b'" in text or 'b"' in text) and bytes in set(map(type, cells)):
        return None
    rest = text.encode("utf-8", "surrogatepass").translate(None, PRINTABLE_ASCII)
    if rest.count(b"\n") != lines or rest.count(b"\x1b") != 2 * dimmed:
        return None
    return rest.translate(None, b"\n\x1b").decode("utf-8", "surrogatepass")


def by_column(rows: Chunk, encoders: Sequence[Encode], template: str) -> str:
    """The rows with each column encoded on its own; the template has one ``%s`` for each."""
    columns = [encode(column) for encode, column in zip(encoders, zip(*rows, strict=True), strict=True)]
    return template * len(rows) % tuple(chain.from_iterable(zip(*columns, strict=True)))


def written(cell: str | int | float | bytes) -> str:
    """A value as text, binary data as hex."""
    return hexadecimal(cell) if isinstance(cell, bytes) else str(cell)


def literal(text: str) -> str:
    """A text that stands for itself in a template."""
    return text.replace("%", "%%")


def spelled(text: str, *, raw: bool) -> str:
    """Lines of output as they are for a file, or with their control characters visible for a terminal."""
    return text if raw else visible(text, keep="\n\t")
