"""Limits on the rows of one statement; two of them join to the stricter of both."""

from __future__ import annotations

from typing import TypeVar

from safesql.slotted import dataclass

N = TypeVar("N", int, float)


@dataclass(frozen=True, slots=True)
class Limits:
    """``max_rows`` and ``max_percent`` (of a table, 0 to 100) refuse what is over, ``confirm_rows`` asks; or None."""

    max_rows: int | None = None
    confirm_rows: int | None = None
    max_percent: float | None = None

    def over(self, floor: Limits) -> Limits:
        """The least of both."""
        return Limits(
            _least(self.max_rows, floor.max_rows),
            _least(self.confirm_rows, floor.confirm_rows),
            _least(self.max_percent, floor.max_percent),
        )

    @property
    def any(self) -> bool:
        """Whether there is one."""
        return self != Limits()


def _least(one: N | None, other: N | None) -> N | None:
    """The smaller of two limits, where None is no limit."""
    known = [limit for limit in (one, other) if limit is not None]
    return min(known) if known else None
