"""Numbers as bars in the terminal, each beside its label, from a zero that all of them share."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from safesql.formats.visible import visible
from safesql.formats.width import padded, width
from safesql.slotted import dataclass

LEAST = 10             # columns for the bars, however narrow the terminal is
LABEL = 40             # columns of a label; longer ones are cut
_PARTS = " ▏▎▍▌▋▊▉"
_FULL = "█"


@dataclass(frozen=True, slots=True)
class Bar:
    """``number`` is None where there is nothing to draw: NULL, NaN; ``said`` stands beside the bar in any case."""

    label: str
    said: str
    number: float | None


def bars(rows: Sequence[Bar], columns: int) -> Iterator[str]:
    """One line for each, no wider than the terminal where that leaves room for a bar at all."""
    labels = [_cut(visible(row.label)) for row in rows]
    said = [visible(row.said) for row in rows]
    left, right = max(map(width, labels), default=0), max(map(width, said), default=0)
    room = max(LEAST, columns - left - right - 3)
    numbers = [row.number for row in rows if _drawable(row.number)]
    low, high = min([0.0, *(n for n in numbers if n is not None)]), max([0.0, *(n for n in numbers if n is not None)])
    scale = max(abs(low), abs(high)) or 1.0              # first to between -1 and 1, so that no difference overflows
    below = round(room * (-low / scale) / (high / scale - low / scale)) if low else 0
    for row, label, text in zip(rows, labels, said, strict=True):
        part = (row.number or 0.0) / scale if _drawable(row.number) else 0.0
        each = room / (high / scale - low / scale) if low or high else 0.0
        drawn = _bar(part * each, below, room)
        yield f"{padded(label, left, right=False)} {padded(text, right, right=True)} {drawn}".rstrip()


def _drawable(number: float | None) -> bool:
    """Whether it has a length."""
    return number is not None and math.isfinite(number)


def _bar(length: float, below: int, room: int) -> str:
    """Blocks from the zero to the right in eighths, or to the left in whole ones."""
    if length < 0:
        blocks = min(below, max(1, round(-length)))
        return " " * (below - blocks) + _FULL * blocks
    eighths = min(max(round(length * 8), 1 if length else 0), (room - below) * 8)
    whole, rest = divmod(eighths, 8)
    return " " * below + _FULL * whole + (_PARTS[rest] if rest else "")


def _cut(label: str) -> str:
    """As much of it as there is room for."""
    if width(label) <= LABEL:
        return label
    while width(label) > LABEL - 3:
        label = label[:-1]
    return label + "..."
