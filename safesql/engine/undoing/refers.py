"""Whether rows that are to go again are referred to by rows that came since."""

from __future__ import annotations

from collections.abc import Sequence

from safesql.backends.contract import Connection
from safesql.errors import Drift
from safesql.result import Row
from safesql.rewrite.closure.edge import Edge
from safesql.rewrite.images.capture import referring
from safesql.rewrite.images.shape import Shape


def still_referred(connection: Connection, shape: Shape, rows: list[Row], keys: Sequence[Edge]) -> None:
    """Raise Drift when there are such rows: they would go along, or lose what they refer to."""
    for edge in keys:
        if edge.parent != shape.name:
            continue
        found = next(iter(connection.fetch(referring(shape, rows, edge, connection.dialect)).rows()))[0]
        if int(str(found)):
            raise Drift(
                f"{found!s} rows of {edge.child} refer to rows of {shape.name} that would go; nothing was undone. "
                "Remove them first, if they are to go"
            )
