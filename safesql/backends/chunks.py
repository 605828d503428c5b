"""A result that is already here, as a stream."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.result import Chunk, Result

SIZE = 1000
"""Rows in a chunk: enough to format at one stroke, few enough to hold."""


def kept(result: Result) -> Result:
    """Read a result to its end, and give the same rows without a server behind them."""
    chunks: list[Chunk] = list(result)
    summary = result.summary()
    return Result(result.columns, iter(chunks), lambda: summary)


def nothing() -> Iterator[Chunk]:
    """The rows of a statement that returns none."""
    return iter(())
