"""Whether rows that are about to be removed are referred to by others that are to stay."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from safesql.backends.contract import Connection
from safesql.errors import Drift
from safesql.guard.effect import Name
from safesql.result import Row
from safesql.rewrite.closure.edge import Edge
from safesql.rewrite.images.capture import key_of, referring, rows_referring
from safesql.rewrite.images.shape import Shape

Removed = tuple[Shape, frozenset[Row]]
"""A table, and the keys of its rows that are removed by the same undo."""


def still_referred(
    connection: Connection,
    shape: Shape,
    rows: list[Row],
    keys: Sequence[Edge],
    goes: Callable[[Name], Removed | None],
) -> None:
    """Raise Drift when there are such rows: they would go along, or lose what they refer to."""
    dialect = connection.dialect
    for edge in keys:
        if edge.parent != shape.name:
            continue
        found = int(str(next(iter(connection.fetch(referring(shape, rows, edge, dialect)).rows()))[0]))
        removed = goes(edge.child) if found else None
        if removed is not None:
            child, going = removed
            there = connection.fetch(rows_referring(shape, rows, edge, child, dialect)).rows()
            found = sum(key_of(child, row, dialect) not in going for row in there)
        if found:
            raise Drift(
                f"{found} rows of {edge.child} refer to rows of {shape.name} that would go; nothing was undone. "
                "Remove them first, if they are to go"
            )
