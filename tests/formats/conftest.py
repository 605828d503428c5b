"""Results made of rows, and what a format writes of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from safesql.formats import FORMATS, Layout
from safesql.result import Column, Result, Row, Summary


@pytest.fixture(scope="session")
def rendered() -> Callable[..., str]:
    """``rendered(format, columns, rows, layout, size)``: the output for rows that arrive in chunks of ``size``."""

    def render(
        name: str, columns: Sequence[Column | str], rows: Sequence[Row], layout: Layout | None = None, size: int = 1000
    ) -> str:
        named = tuple(Column(column) if isinstance(column, str) else column for column in columns)
        chunks = (list(rows[at:at + size]) for at in range(0, len(rows), size))
        pieces: list[str] = []
        result = Result(named, chunks, lambda: Summary("SELECT"))
        count = FORMATS[name].render(result, pieces.append, layout or Layout())
        assert count == len(rows)
        return "".join(pieces)

    return render
