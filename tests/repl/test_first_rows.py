"""The first rows of a result: as many as are wanted, whatever the chunks, and nothing read beyond the next one."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from safesql.repl.first_rows import FirstRows
from safesql.result import Chunk, Column, Result, Summary


def result_of(sizes: list[int], read: list[int]) -> Result:
    """Chunks of these sizes with numbers from 0 on; ``read`` notes how many were asked for."""

    def chunks() -> Iterator[Chunk]:
        number = 0
        for size in sizes:
            read.append(size)
            yield [(number + at,) for at in range(size)]
            number += size

    return Result((Column("n"),), chunks(), lambda: Summary("SELECT"))


@given(st.lists(st.integers(0, 7), max_size=6), st.integers(0, 20))
def test_as_many_as_are_wanted_and_whether_there_are_more(sizes: list[int], most: int) -> None:
    first = FirstRows(result_of(sizes, []), most)
    rows = list(first.result.rows())
    wanted = min(most, sum(sizes)) if most else sum(sizes)
    assert rows == [(number,) for number in range(wanted)]
    assert (first.seen, first.more) == (wanted, wanted < sum(sizes))


def test_nothing_is_read_behind_the_first_row_too_many() -> None:
    read: list[int] = []
    first = FirstRows(result_of([1000] * 9, read), 1000)
    assert len(list(first.result.rows())) == 1000
    assert (len(read), first.more) == (2, True)
