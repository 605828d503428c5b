"""The output of COPY .. TO STDOUT: lines that the server laid out, written as they are, whatever the format."""

from __future__ import annotations

from collections.abc import Callable

from safesql.formats.layout import Layout
from safesql.formats.visible import visible
from safesql.result import Cell, Result


def render(result: Result, write: Callable[[str], object], layout: Layout) -> int:
    """Write each line, made visible unless the layout is raw; binary data without ends of lines. Returns the lines."""
    lines = 0
    for chunk in result:
        write("".join(_line(cell, raw=layout.raw) for (cell,) in chunk))
        lines += len(chunk)
    return lines


def _line(cell: Cell, *, raw: bool) -> str:
    """One line; bytes pass through a stream that gives surrogates back as the bytes they stand for."""
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "surrogateescape") if raw else f"\\x{cell.hex()}\n"
    return (str(cell) if raw else visible(str(cell), keep="\t")) + "\n"
