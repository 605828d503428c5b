"""The order in which rows go back, so that no foreign key is broken on the way."""

from __future__ import annotations

from collections.abc import Sequence

from safesql.backends.contract import Connection
from safesql.engine.cascades import foreign_keys
from safesql.guard.effect import Name
from safesql.result import Row
from safesql.rewrite.closure.edge import Edge
from safesql.rewrite.images.cells import values
from safesql.rewrite.images.shape import Shape
from safesql.slotted import dataclass
from safesql.sql.dialect import Dialect


@dataclass(frozen=True, slots=True)
class Order:
    """Tables with parents first; ``keys`` are the foreign keys among them, ``around`` all that lead to them."""

    tables: tuple[Name, ...]
    keys: tuple[Edge, ...]
    around: tuple[Edge, ...] = ()

    def index(self, name: Name) -> int:
        """Where a table stands."""
        return self.tables.index(name)

    def upward(self, name: Name) -> bool:
        """Whether all foreign keys of a table lead to tables that stand before it."""
        return all(self.index(edge.parent) < self.index(name) for edge in self.keys if edge.child == name)

    def late(self, shape: Shape) -> frozenset[int]:
        """Where among the stored columns the references stand that may point to rows which come later.

        They are filled in once all tables have their rows.
        """
        return self._ahead(shape, self.keys)

    def holding(self, shape: Shape) -> frozenset[int]:
        """Where those of these references stand that keep the rows from being removed to which they point."""
        return self._ahead(shape, tuple(edge for edge in self.keys if edge.on_delete.refuses))

    def _ahead(self, shape: Shape, keys: tuple[Edge, ...]) -> frozenset[int]:
        """Where the references stand that may point to the same table, or one behind it."""
        here = self.index(shape.name)
        names = {
            column.lower()
            for edge in keys
            if edge.child == shape.name and edge.parent in self.tables and self.index(edge.parent) >= here
            for column in edge.child_columns
        }
        spared = {name.lower() for name in shape.key} | {name.lower() for name in shape.required}
        return frozenset(
            place for place, column in enumerate(shape.stored) if column.name.lower() in names - spared
        )


def in_order(connection: Connection, names: Sequence[Name]) -> Order:
    """Parents first, by the foreign keys that there are now."""
    around = foreign_keys(connection, names)
    keys = tuple(edge for edge in around if edge.enforced and edge.child in names and edge.parent in names)
    waiting = list(dict.fromkeys(names))
    done: list[Name] = []
    while waiting:
        free = next((name for name in waiting if not _refers(name, waiting, keys)), waiting[0])
        waiting.remove(free)
        done.append(free)
    return Order(tuple(done), keys, around)


def _refers(name: Name, others: list[Name], keys: tuple[Edge, ...]) -> bool:
    """Whether a table refers to another one of these."""
    return any(edge.child == name and edge.parent in others and edge.parent != name for edge in keys)


def emptied(row: Row, late: frozenset[int], dialect: Dialect) -> Row:
    """The row with NULL in these columns; the same row where they are NULL already."""
    shift = len(row) - len(values(row, dialect))
    if not any(row[place + shift] is not None for place in late):
        return row
    cells = list(row)
    for place in late:
        cells[place + shift] = None
    if shift and row[0] is not None:
        letters = list(str(row[0]))
        for place in late:
            letters[place] = "n"
        cells[0] = "".join(letters)
    return tuple(cells)
