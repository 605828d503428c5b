"""For how many rows a condition is true and for how many it is false, and what AND, OR and NOT make of that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from safesql.guard.effect import Extent
from safesql.guard.predicate.ranges import LIMIT, Ranges, union

MANY = 64         # parts of one OR that are compared with each other; more are followed no further


class Side(NamedTuple):
    """The rows on one side of a condition: an OR of ``parts`` (signed keys) and of ``ranges`` of subjects.

    Both speak of rows without NULL; ``nulls`` is true where rows with NULL may be on this side too.
    """

    extent: Extent
    parts: frozenset[int] = frozenset()
    ranges: tuple[tuple[int, Ranges], ...] = ()
    nulls: bool = False


NONE = Side(Extent.NONE)
ALL = Side(Extent.ALL)


class Truth(NamedTuple):
    """The rows for which a condition is true and those for which it is false; for the others it is NULL."""

    true: Side
    false: Side

    @property
    def opposite(self) -> Truth:
        """What NOT makes of it."""
        return Truth(self.false, self.true)

    @property
    def with_nulls(self) -> Truth:
        """The same where NULL in a row does not make it NULL."""
        return Truth(self.true._replace(nulls=True), self.false._replace(nulls=True))


TRUE = Truth(ALL, NONE)
FALSE = Truth(NONE, ALL)
NULL = Truth(NONE, NONE)


def plain(extent: Extent, key: int) -> Truth:
    """A condition of which only its name is known, and whether it depends on the row."""
    return Truth(Side(extent, frozenset((key,))), Side(extent, frozenset((-key,))))


def ranged(extent: Extent, key: int, subject: int, ranges: Ranges) -> Truth:
    """A comparison of a subject with points."""
    if ranges.full or (not ranges.inside and not ranges.cuts):
        return TRUE if ranges.full else FALSE
    sides = plain(extent, key)
    if len(ranges.cuts) > LIMIT:
        return sides
    return Truth(
        sides.true._replace(ranges=((subject, ranges),)),
        sides.false._replace(ranges=((subject, ranges.opposite),)),
    )


def either(truths: Sequence[Truth], key: int) -> Truth:
    """OR of them; ``key`` names the whole."""
    true = _any([truth.true for truth in truths], key)
    false = _every([truth.false for truth in truths], -key)
    found = true.extent is Extent.ALL and all(truth.true.extent is not Extent.ALL for truth in truths)
    if found and not any(truth.false.nulls for truth in truths):
        false = NONE           # together they leave nothing out
    return Truth(true, false)


def both(truths: Sequence[Truth], key: int) -> Truth:
    """AND of them; ``key`` names the whole."""
    return either([truth.opposite for truth in truths], -key).opposite


def _any(sides: Sequence[Side], key: int) -> Side:
    """The rows on any of these sides."""
    extents = {side.extent for side in sides}
    if Extent.ALL in extents:
        return ALL
    live = [side for side in sides if side.extent is not Extent.NONE]
    if not live:
        return NONE
    parts = _parts(live)
    ranges = _merged(live)
    if any(-part in parts for part in parts) or any(each.full for _, each in ranges):
        return ALL
    extent = Extent.UNKNOWN if Extent.UNKNOWN in extents else Extent.SOME
    nulls = any(side.nulls for side in live)
    if len(live) == 1 == len(sides):
        return Side(extent, parts, ranges, nulls)
    return Side(extent, parts | {key} if len(parts) < MANY else frozenset((key,)), ranges, nulls)


def _parts(sides: Iterable[Side]) -> frozenset[int]:
    """The parts of all, as long as they are few or each is one."""
    return frozenset().union(*(side.parts for side in sides))


def _merged(sides: Iterable[Side]) -> tuple[tuple[int, Ranges], ...]:
    """The ranges of all, joined for each subject."""
    subjects: dict[int, list[Ranges]] = {}
    for side in sides:
        for subject, ranges in side.ranges:
            subjects.setdefault(subject, []).append(ranges)
    joined = ((subject, union(each)) for subject, each in subjects.items())
    kept = [(subject, each) for subject, each in joined if each is not None and len(each.cuts) <= LIMIT]
    return tuple(kept[:MANY])


def _every(sides: Sequence[Side], key: int) -> Side:
    """The rows on all of these sides."""
    extents = {side.extent for side in sides}
    if Extent.NONE in extents:
        return NONE
    live = [side for side in sides if side.extent is not Extent.ALL]
    if not live:
        return ALL
    if len(set(live)) == 1:
        return live[0]
    extent = Extent.SOME if Extent.SOME in extents else Extent.UNKNOWN
    return Side(extent, frozenset((key,)), _shared(live), any(side.nulls for side in live))


def _shared(sides: Sequence[Side]) -> tuple[tuple[int, Ranges], ...]:
    """What all say about one subject, when they speak of no other."""
    if any(len(side.ranges) != 1 for side in sides) or len({side.ranges[0][0] for side in sides}) != 1:
        return ()
    outside = union([side.ranges[0][1].opposite for side in sides])
    return () if outside is None or len(outside.cuts) > LIMIT else ((sides[0].ranges[0][0], outside.opposite),)
