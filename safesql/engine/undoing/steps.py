"""In which steps the rows of several tables are put right, so that none stands in another's way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from enum import Enum

from safesql.engine.undoing.order import Order
from safesql.guard.effect import Name
from safesql.result import Row
from safesql.rewrite.images.shape import Shape

Counts = Counter[tuple[int, str]]
"""How many rows of a table, by its number, are "gone", "changed" and "added"."""


class Step(Enum):
    """What is done with the rows of one table."""

    LET_GO = "let go"                # of rows that are to be removed as well, by those that are
    REMOVE = "remove"
    CHANGE = "change"
    PUT_BACK = "put back"            # without references to rows that come later
    COMPLETE = "complete"            # with them


def steps(shapes: Sequence[Shape], order: Order, counts: Counts) -> Iterator[tuple[Step, int]]:
    """Rows that were added are removed first, for one may stand where another one was, unless others refer to them.

    These are to let go of them before. Rows that were changed are put right before others come back, where they do not
    refer to them.
    """
    numbers = sorted(range(len(shapes)), key=lambda number: order.index(shapes[number].name))
    early = _early(shapes, numbers, order, counts)
    upward = {number for number in numbers if order.upward(shapes[number].name)}
    yield from _removals([number for number in numbers if number in early])
    for number in numbers:
        if number in upward:
            yield Step.CHANGE, number
        yield Step.PUT_BACK, number
    for number in numbers:
        if number not in upward:
            yield Step.CHANGE, number
        yield Step.COMPLETE, number
    yield from _removals([number for number in numbers if number not in early])


def kind(before: Row | None, now: Row | None) -> str:
    """What became of a row."""
    return "added" if before is None else "gone" if now is None else "changed"


def number_of(name: Name, shapes: Sequence[Shape]) -> int:
    """Where a table stands among the shapes; -1 where it does not."""
    return next((at for at, shape in enumerate(shapes) if shape.name == name), -1)


def _removals(numbers: Sequence[int]) -> Iterator[tuple[Step, int]]:
    """Children before their parents."""
    yield from ((Step.LET_GO, number) for number in numbers)
    yield from ((Step.REMOVE, number) for number in reversed(numbers))


def _early(shapes: Sequence[Shape], numbers: Sequence[int], order: Order, counts: Counts) -> set[int]:
    """The tables whose added rows nothing refers to that is to stay, or to go later."""
    early: set[int] = set()
    for number in reversed(numbers):
        below = [number_of(edge.child, shapes) for edge in order.keys if edge.parent == shapes[number].name]
        crowded = len(shapes) == 1 and len(shapes[number].uniques) > 1 and counts[(number, "gone")]
        if crowded or all(
            not counts[(child, "changed")] and (child in early or child == number or not counts[(child, "added")])
            for child in below
        ):
            early.add(number)
    return early
