"""Which rows an INSERT will add: found by the keys it brings, or by the numbers that the table gives them."""

from __future__ import annotations

from safesql.backends.contract import Connection
from safesql.engine.cascades import foreign_keys
from safesql.engine.undoing.catalog import placed, shaped
from safesql.guard.effect import Effect
from safesql.rewrite.images.arriving import Arriving, arriving
from safesql.rewrite.images.capture import rows_where
from safesql.rewrite.images.reason import ALL, COMES_AND_GOES
from safesql.rewrite.images.shape import Shape
from safesql.slotted import dataclass
from safesql.sql.statement import Statement


@dataclass(frozen=True, slots=True)
class Incoming:
    """A table, and how the rows that come are found in it."""

    shape: Shape
    arriving: Arriving


def incoming(connection: Connection, effect: Effect, root: Effect, statement: Statement) -> Incoming | str:
    """How the rows of one INSERT or REPLACE are found, or why they cannot be."""
    if effect.target is None:
        return "what it adds to is not known"
    place = placed(connection, (effect.target,)).get(effect.target)
    if place is None or place.kind == "view":
        return f"{effect.target} is not a table"
    name = place.name
    shape = shaped(connection, (name,))[name]
    if shape.hindrance:
        return shape.hindrance
    found = arriving(shape, effect, root, statement)
    if isinstance(found, str):
        return found
    fires = shape.fires(ALL if found.overwrites else COMES_AND_GOES)
    if fires:
        return fires
    follows = _follows(connection, shape, found) if found.overwrites else ""
    if follows:
        return follows
    if found.condition:
        connection.query(rows_where(shape, f"1 = 0 AND ({found.condition})", connection.dialect, lock=False)).summary()
    return Incoming(shape, found)


def _follows(connection: Connection, shape: Shape, found: Arriving) -> str:
    """Why what is overwritten would take other rows along, or nothing."""
    for edge in foreign_keys(connection, (shape.name,)):
        if edge.parent != shape.name or not edge.enforced:
            continue
        moved = found.assigned & {column.lower() for column in edge.parent_columns}
        if (found.replaces and not edge.on_delete.refuses) or (moved and not edge.on_update.refuses):
            return f"rows of {edge.child} would follow those that it overwrites"
    return ""
