"""Rows that exchanged the values of a unique column among themselves: none can take its own back while another has it.

They take NULL there on the way, or go and come back, or are put right each in its turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from safesql.engine.undoing.order import Order, emptied
from safesql.result import Cell, Row
from safesql.rewrite.images.cells import values
from safesql.rewrite.images.inverse import changed
from safesql.rewrite.images.shape import Shape
from safesql.slotted import dataclass
from safesql.sql.dialect import Dialect

Pair = tuple[Row, Row]
"""A row as it is and as it should be."""
Pairs = Callable[[], Iterator[Pair]]
"""All pairs of one table, anew each time, so that memory does not grow with them."""


@dataclass(frozen=True, slots=True)
class Detour:
    """``crossed`` are the columns that were exchanged, by their places; ``empty`` those that are NULL on the way.

    ``goes`` says that the rows go and come back. Where neither helps, they are put right one after another, each when
    its values are free.
    """

    shape: Shape
    dialect: Dialect
    crossed: tuple[tuple[int, ...], ...]
    empty: frozenset[int]
    goes: bool

    def takes(self, pair: Pair) -> bool:
        """Whether a row goes this way."""
        places = {at for each in self.crossed for at in each}
        return not places.isdisjoint(changed(self.shape, *pair, self.dialect))

    def halfway(self, now: Row) -> Row | None:
        """The row on its way; None where it is not there."""
        return emptied(now, self.empty, self.dialect) if self.empty else None

    def rest(self, pairs: Pairs) -> Iterator[Pair]:
        """What is left to do when those that can have made room, in an order that holds."""
        if not self.empty and not self.goes:
            yield from self._in_turn([pair for pair in pairs() if self.takes(pair)])
        for now, wanted in pairs():
            if not self.takes((now, wanted)):
                yield now, wanted
            elif self.empty:
                yield emptied(now, self.empty, self.dialect), wanted

    def _in_turn(self, pairs: list[Pair]) -> Iterator[Pair]:
        """Each when what it should have is free; where that is never, when constraints are checked late."""
        holders = {
            (each, _folded(now, each, self.dialect)): number
            for number, (now, _) in enumerate(pairs) for each in self.crossed
        }  # fmt: skip
        free: dict[int, set[int]] = {}                     # a row, and those that wait for it
        waits: dict[int, set[int]] = {}
        for number, (_, wanted) in enumerate(pairs):
            before = {holders.get((each, _folded(wanted, each, self.dialect)), number) for each in self.crossed}
            waits[number] = before - {number}
            for other in waits[number]:
                free.setdefault(other, set()).add(number)
        ready = [number for number, before in waits.items() if not before]
        while ready:
            number = ready.pop()
            yield pairs[number]
            del waits[number]
            for other in free.get(number, set()) & set(waits):
                waits[other].discard(number)
                if not waits[other]:
                    ready.append(other)
        yield from (pairs[number] for number in waits)


def detour(shape: Shape, pairs: Pairs, order: Order, dialect: Dialect) -> Detour | None:
    """The way of rows as they are and as they should be; None where each can be put right by itself."""
    odd = moved_on(shape, pairs(), dialect).values() if shape.odd else ()
    crossed = (*exchanged(shape, pairs(), dialect), *odd)
    if not crossed:
        return None
    referred = [edge for edge in order.around if edge.parent == shape.name]
    fixed = {name.lower() for name in (*shape.key, *shape.required)}
    fixed |= {column.lower() for edge in referred for column in edge.parent_columns}
    free = [[at for at in each if shape.stored[at].name.lower() not in fixed] for each in crossed]
    empty = frozenset(at for each in free for at in each) if referred and all(free) else frozenset[int]()
    return Detour(shape, dialect, crossed, empty, not referred)


def moved_on(shape: Shape, pairs: Iterable[Pair], dialect: Dialect) -> dict[str, tuple[int, ...]]:
    """The odd indexes, with the places of their columns, under which more than one row got other values."""
    names = [column.name for column in shape.stored]
    places = {
        index: tuple(names.index(name) for name in columns) if columns else tuple(range(len(names)))
        for index, columns in shape.odd
    }
    rows = dict.fromkeys(places, 0)
    for pair in pairs:
        differ = set(changed(shape, *pair, dialect))
        for index, each in places.items():
            rows[index] += not differ.isdisjoint(each)
    return {
        index: tuple(at for at in each if at not in shape.key_at) for index, each in places.items() if rows[index] > 1
    }


def exchanged(shape: Shape, pairs: Iterable[Pair], dialect: Dialect) -> list[tuple[int, ...]]:
    """The unique sets of columns, by their places, of which a row should have what another one has now."""
    names = [column.name for column in shape.stored]
    uniques = [tuple(names.index(name) for name in each) for each in shape.uniques if set(each) <= set(names)]
    uniques = [each for each in uniques if not set(each) <= set(shape.key_at)]
    if not uniques:
        return []
    have: list[set[tuple[Cell, ...]]] = [set() for _ in uniques]
    want: list[set[tuple[Cell, ...]]] = [set() for _ in uniques]
    for now, wanted in pairs:
        for number, each in enumerate(uniques):
            one, other = _folded(now, each, dialect), _folded(wanted, each, dialect)
            if one != other:
                have[number].add(one)
                want[number].add(other)
    return [each for number, each in enumerate(uniques) if any(None not in key for key in have[number] & want[number])]


def _folded(row: Row, places: tuple[int, ...], dialect: Dialect) -> tuple[Cell, ...]:
    """The values there, in letters that no collation takes for different ones which it takes for the same."""
    cells = values(row, dialect)
    return tuple(cell.casefold().rstrip() if isinstance(cell, str) else cell for cell in (cells[at] for at in places))
