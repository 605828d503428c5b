"""Rows are a stream: the first are written before the last have come, and memory does not grow with them."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import pytest

from safesql.formats import FORMATS, Expanded, Layout
from safesql.result import COPIED, Chunk, Column, Result, Shape, Summary

COLUMNS = (Column("id", "integer", Shape.NUMBER), Column("name", "text"), Column("note", "text"))


def chunks_of(rows: int) -> Iterator[Chunk]:
    """Chunks of a thousand rows, each made when it is asked for; every seventh needs the careful way."""
    for start in range(0, rows, 1000):
        town = "Zürich, 東京\n" if start % 7000 == 0 else None
        yield [(f"{number:07}", "a name", town) for number in range(start, start + 1000)]


def peak(form: str, rows: int) -> int:
    """The most memory that was in use at once while writing so many rows, in bytes."""
    result = Result(COLUMNS, chunks_of(rows), lambda: Summary("SELECT"))
    tracemalloc.start()
    try:
        assert FORMATS[form].render(result, lambda _text: None, Layout()) == rows
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("form", FORMATS)
def test_memory_does_not_grow_with_the_rows(form: str) -> None:
    rows = 300_000 if form == "table" else 30_000
    peak(form, 2000)      # what is loaded once
    assert peak(form, rows) < peak(form, 14_000) * 1.3


@pytest.mark.parametrize("expanded", Expanded)
@pytest.mark.parametrize("form", FORMATS)
def test_the_first_rows_are_written_before_the_second_chunk_is_read(form: str, expanded: Expanded) -> None:
    written: list[str] = []
    before_the_second: list[str] = []

    def chunks() -> Iterator[Chunk]:
        yield [("1", "first", None)]
        before_the_second.extend(written)
        yield [("2", "second", None)]

    layout = Layout(width=10, expanded=expanded)
    assert FORMATS[form].render(Result(COLUMNS, chunks(), lambda: Summary("SELECT")), written.append, layout) == 2
    assert "first" in "".join(before_the_second)


@pytest.mark.parametrize("form", FORMATS)
def test_empty_chunks_change_nothing(form: str) -> None:
    def text(*chunks: Chunk) -> str:
        written: list[str] = []
        FORMATS[form].render(Result(COLUMNS, iter(chunks), lambda: Summary("SELECT")), written.append, Layout())
        return "".join(written)

    row = ("1", "a", "b")
    assert text([], [row], [], [row], []) == text([row, row])
    assert text([]) == text()


@pytest.mark.parametrize("form", FORMATS)
def test_lines_of_copy_are_written_as_the_server_laid_them_out(form: str) -> None:
    rows: list[Chunk] = [[("1\t\\N",), ("a\x1b[2J",)]]
    written: list[str] = []
    result = Result((Column("COPY", COPIED),), iter(rows), lambda: Summary("COPY 2"))
    assert FORMATS[form].render(result, written.append, Layout(raw=True)) == 2
    assert "".join(written) == "1\t\\N\na\x1b[2J\n"


def test_binary_copy_passes_a_stream_as_the_bytes_it_is() -> None:
    data = bytes(range(256))
    written: list[str] = []
    result = Result((Column("COPY", COPIED),), iter([[(data,)]]), lambda: Summary("COPY 1"))
    FORMATS["tsv"].render(result, written.append, Layout(raw=True))
    assert "".join(written).encode("utf-8", "surrogateescape") == data
