"""What became of the rows that were kept, counted, and whether that is all that the statement changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from safesql.engine.undoing.measure import Measured
from safesql.engine.undoing.outlook import Outlook
from safesql.guard.effect import Name
from safesql.result import Row, Summary
from safesql.rewrite.images.shape import Shape
from safesql.slotted import dataclass, field


@dataclass(slots=True)
class Tally:
    """Rows by the number of their table: kept before, and of those gone, changed, and added to them."""

    before: Counter[int] = field(default_factory=Counter)
    gone: Counter[int] = field(default_factory=Counter)
    changed: Counter[int] = field(default_factory=Counter)
    added: Counter[int] = field(default_factory=Counter)

    def compared(self, table: int, before: Sequence[Row], after: Sequence[Row | None]) -> None:
        """Count some rows of one table."""
        for one, other in zip(before, after, strict=True):
            if other is None:
                self.gone[table] += 1
            elif repr(one) != repr(other):              # -0.0 and 0.0 are equal, and not the same
                self.changed[table] += 1

    def named(self, shapes: Sequence[Shape]) -> Iterator[tuple[str, int]]:
        """Rows kept and added by the names of their tables, where there are any."""
        for number, shape in enumerate(shapes):
            rows = self.before[number] + self.added[number]
            if rows:
                yield str(shape.name), rows


def seen_to_go(found: Outlook, tally: Tally, summary: Summary, *, counted: bool) -> Iterator[int]:
    """The tables whose rows before need not be looked for again: they go, and the server's count is compared later.

    ``counted`` where it counts by table, or in all; else it tells of the rows that the statement names alone.
    """
    for table, capture in enumerate(found.captures):
        named = capture.named and summary.affected == tally.before[table]
        alone = len(found.captures) == 1 and summary.affected is not None
        if capture.deletes and (counted or named or alone):
            yield table


def check(found: Outlook, tally: Tally, summary: Summary, counted: Measured | None) -> str:
    """A sentence when the server changed other rows than the ones that were kept, else nothing."""
    arriving = found.incoming.arriving if found.incoming else None
    if arriving is not None and not arriving.overwrites and summary.affected != tally.added[0]:
        return (
            f"{summary.affected} rows were added and {tally.added[0]} of them found again, so they could not be taken "
            "back"
        )
    if counted is not None:
        wrong = _total(found, tally, counted) if counted.total is not None else _tables(found, tally, counted)
        if wrong:
            return wrong
    if any(capture.picked for capture in found.captures) and summary.affected != tally.gone[0]:
        return f"{summary.affected} rows went, {tally.gone[0]} of them as were kept for undo"
    single = len(found.captures) == 1 and found.captures[0].whole and not found.captures[0].adds
    if single and summary.affected is not None and summary.affected != tally.before[0]:
        return f"{summary.affected:,} rows were changed and {tally.before[0]:,} kept for undo"
    return ""


def _total(found: Outlook, tally: Tally, counted: Measured) -> str:
    """SQLite: every row that goes, changes or comes is counted once, but for rows that REPLACE removes."""
    if found.incoming is not None and found.incoming.arriving.overwrites:
        return ""
    if not all(capture.whole for capture in found.captures):
        return ""
    kept = sum(tally.before.values()) + sum(tally.added.values())
    if counted.total == kept:
        return ""
    return f"{counted.total:,} rows were changed, triggers and foreign keys included, and {kept:,} kept for undo"


def _tables(found: Outlook, tally: Tally, counted: Measured) -> str:
    """PostgreSQL: by table; a row that moves to another partition counts as gone and as added."""
    roots = _roots(found, counted)
    kept: Counter[tuple[Name, str]] = Counter()
    for number, name in enumerate(roots):
        kept[(name, "net")] += tally.added[number] - tally.gone[number]
        kept[(name, "most")] += tally.before[number] - tally.gone[number]
    for name in dict.fromkeys(name for name, _ in counted.tables):
        if name not in roots:
            return f"rows of {name} were changed as well, by a function or a trigger, and not kept for undo"
        net = counted.tables[(name, "added")] - counted.tables[(name, "gone")]
        whole = all(capture.whole for capture in found.captures)
        if net != kept[(name, "net")] or (whole and counted.tables[(name, "changed")] > kept[(name, "most")]):
            return f"more rows of {name} were changed than were kept for undo"
    return ""


def _roots(found: Outlook, counted: Measured) -> list[Name]:
    """The tables as they are counted: partitions under their root."""
    names = {name for name, _ in counted.tables}
    return [shape.root if shape.root in names else shape.name for shape in found.shapes]
