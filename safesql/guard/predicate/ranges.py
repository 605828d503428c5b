"""Sets of points on a line, as a comparison with constants cuts it: ``x < 5 OR x >= 3`` leaves nothing out.

A set is whether it holds minus infinity, and the cuts where it changes sides; a cut stands just before (0) or just
after (1) its point. Points are numbers, or texts (ordered as texts), or unknown values, equal only to themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

Point = int | float | Decimal | str | tuple[str, int]
Cut = tuple[Point, int]
LIMIT = 400       # cuts that are followed; a longer list is a restriction whose complement nobody writes


class Ranges(NamedTuple):
    """A set of points; ``cuts`` are in order; ``inside`` says whether the line begins in it."""

    inside: bool
    cuts: tuple[Cut, ...]

    @property
    def full(self) -> bool:
        """Whether no point is missing."""
        return self.inside and not self.cuts

    @property
    def opposite(self) -> Ranges:
        """The points that are missing."""
        return Ranges(not self.inside, self.cuts)


def compared(operator: str, point: Point) -> Ranges:
    """The points x with ``x operator point``, for = <> < <= > >=."""
    sides = {"=": (0, 1), "<>": (0, 1), "<": (0,), "<=": (1,), ">": (1,), ">=": (0,)}[operator]
    return Ranges(operator in ("<>", "<", "<="), tuple((point, side) for side in sides))


def union(sets: Sequence[Ranges]) -> Ranges | None:
    """The points of any of them; None when their points cannot be compared with each other."""
    if len(sets) == 1:
        return sets[0]
    rank = _order({point for each in sets for point, _ in each.cuts})
    if rank is None:
        return None
    events: list[tuple[int, int, int]] = []
    for each in sets:
        holds = each.inside
        for point, after in each.cuts:
            holds = not holds
            events.append((rank[point], after, 1 if holds else -1))
    names = {place: point for point, place in rank.items()}
    return _sweep(sum(each.inside for each in sets), sorted(events), names)


def _sweep(depth: int, events: list[tuple[int, int, int]], names: dict[int, Point]) -> Ranges:
    """Follow how many sets hold each stretch of the line."""
    inside = depth > 0
    cuts: list[Cut] = []
    holds, at = inside, 0
    while at < len(events):
        place, after, _ = events[at]
        while at < len(events) and events[at][:2] == (place, after):
            depth += events[at][2]
            at += 1
        if (depth > 0) is not holds:
            holds = depth > 0
            cuts.append((names[place], after))
    return Ranges(inside, tuple(cuts))


def _order(points: set[Point]) -> dict[Point, int] | None:
    """The place of each point in the order of all; equal points share one; None when there is no order."""
    if len(points) == 1:
        return dict.fromkeys(points, 0)
    if any(isinstance(point, tuple) for point in points):
        return None
    if all(isinstance(point, str) for point in points):
        return {point: place for place, point in enumerate(sorted(points, key=str))}
    numbers = {point: _number(point) for point in points}
    known = sorted({number for number in numbers.values() if number is not None})
    if None in numbers.values():
        return None
    places = {number: place for place, number in enumerate(known)}
    return {point: places[number] for point, number in numbers.items() if number is not None}


def _number(point: Point) -> Decimal | None:
    """A number, or the number that a text spells."""
    if isinstance(point, tuple):
        return None
    try:
        number = Decimal(point)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
