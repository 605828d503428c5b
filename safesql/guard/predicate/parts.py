"""Parts of a moment, as functions or behind EXTRACT and date_part, and what they lie between."""

from __future__ import annotations

BOUNDED: dict[str, tuple[int, int | None]] = {
    "SIGN": (-1, 1), "YEAR": (0, None), "QUARTER": (1, 4), "MONTH": (1, 12), "WEEK": (0, 53), "DAYOFYEAR": (1, 366),
    "DAYOFMONTH": (1, 31), "DAY": (1, 31), "DAYOFWEEK": (1, 7), "WEEKDAY": (0, 6), "MINUTE": (0, 59),
    "SECOND": (0, 59), "MICROSECOND": (0, 999_999), "SQRT": (0, None), "EXTRACT QUARTER": (1, 4),
    "EXTRACT MONTH": (1, 12), "EXTRACT WEEK": (0, 53), "EXTRACT DOY": (1, 366), "EXTRACT DAY": (1, 31),
    "EXTRACT DOW": (0, 6), "EXTRACT ISODOW": (1, 7), "EXTRACT HOUR": (0, 23), "EXTRACT MINUTE": (0, 59),
}
"""The least and the greatest result of functions; a second may have a fraction where EXTRACT takes it."""


def part_of(unit: str) -> str:
    """The name under which EXTRACT(unit FROM x) is a function of x."""
    return f"EXTRACT {unit.strip(chr(39)).upper()}"
