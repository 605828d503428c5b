"""The catalog's answers that the undo journal needs; each raises StatementFailed as the server does."""

from __future__ import annotations

from collections.abc import Sequence

from safesql.backends.contract import Connection
from safesql.guard.effect import Name
from safesql.rewrite.closure.place import Place, places, places_of
from safesql.rewrite.images.asked import shapes, shapes_of
from safesql.rewrite.images.settings import NAMES, asked
from safesql.rewrite.images.shape import Shape


def placed(connection: Connection, names: Sequence[Name]) -> dict[Name, Place]:
    """The tables behind names, as a statement would find them."""
    return places_of(names, connection.query(places(names, connection.dialect)).rows()) if names else {}


def shaped(connection: Connection, names: Sequence[Name]) -> dict[Name, Shape]:
    """The shapes of tables by their resolved names."""
    dialect = connection.dialect
    return shapes_of(names, connection.query(shapes(names, dialect)).rows(), dialect) if names else {}


def settings_of(connection: Connection) -> dict[str, str]:
    """What the text of values depends on in this session."""
    probe = asked(connection.dialect)
    if probe is None:
        return {}
    row = next(iter(connection.query(probe).rows()))
    return {name: str(cell) for name, cell in zip(NAMES, row, strict=True)}
