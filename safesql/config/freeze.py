"""Windows of a calendar in which nothing is to be changed: ``2026-12-20..2027-01-05``, ``fri 16:00..mon 06:00``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from safesql.slotted import dataclass

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEK = timedelta(days=7)
_FORM = re.compile(r"\s*(\S.*?)\s*\.\.\s*(\S.*?)(?:\s+([A-Za-z]+(?:/[A-Za-z_+0-9/-]+)?))?\s*")
_WEEKLY = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)\s+(\d\d?):(\d\d)", re.IGNORECASE)
EXAMPLE = '"2026-12-20..2027-01-05", "2026-12-24T18:00..2026-12-27T08:00" or "fri 16:00..mon 06:00 Europe/Berlin"'


@dataclass(frozen=True, slots=True)
class Window:
    """From one moment until before another, or every week; in UTC unless a zone is named."""

    first: datetime | timedelta            # since the beginning of the week, where it comes every week
    until: datetime | timedelta
    zone: tzinfo

    def end(self, now: datetime) -> datetime | None:
        """When the window that ``now`` is in ends; None outside of it."""
        here = now.astimezone(self.zone).replace(tzinfo=None)
        if isinstance(self.first, datetime) and isinstance(self.until, datetime):
            return self.until.replace(tzinfo=self.zone) if self.first <= here < self.until else None
        if isinstance(self.first, timedelta) and isinstance(self.until, timedelta):
            monday = datetime.combine(here.date() - timedelta(days=here.weekday()), time())
            for start in (monday - _WEEK, monday):
                last = start + self.until + (_WEEK if self.until <= self.first else timedelta())
                if start + self.first <= here < last:
                    return last.replace(tzinfo=self.zone)
        return None


@lru_cache(maxsize=64)
def window(text: str) -> Window:
    """A window as people write it; raises ValueError, saying what it must be. The last date is part of the window."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError(f"must be windows such as {EXAMPLE}")
    first, until = _moment(found[1], last=False), _moment(found[2], last=True)
    if isinstance(first, datetime) != isinstance(until, datetime):
        raise ValueError(f"must begin and end in the same way, such as {EXAMPLE}")
    if isinstance(first, datetime) and isinstance(until, datetime) and until <= first:
        raise ValueError(f"has a window that ends before it begins: {text.strip()}")
    return Window(first, until, _zone(found[3]))


def frozen(windows: Iterable[str], now: datetime) -> str:
    """Until when nothing is to be changed, as a sentence; empty when ``now`` is in none of the windows."""
    ends = [(end, text) for text in windows if (end := window(text).end(now)) is not None]
    if not ends:
        return ""
    end, text = max(ends)
    return f"changes are frozen until {end:%Y-%m-%d %H:%M %Z} ({text.strip()})"


def _moment(text: str, *, last: bool) -> datetime | timedelta:
    """A date, a date with its time, or a weekday with its time."""
    weekly = _WEEKLY.fullmatch(text)
    if weekly:
        at = timedelta(days=_DAYS.index(weekly[1].lower()), hours=int(weekly[2]), minutes=int(weekly[3]))
        if int(weekly[2]) < 24 and int(weekly[3]) < 60:
            return at
        raise ValueError(f"has no time of day: {text}")
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return datetime.combine(date.fromisoformat(text), time()) + timedelta(days=last)
        read = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"must be windows such as {EXAMPLE}") from None
    if read.tzinfo is not None:
        raise ValueError(f"must name its zone behind the window, such as {EXAMPLE}")
    return read


def _zone(name: str | None) -> tzinfo:
    """A zone by its name in the IANA database."""
    if name is None or name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"names a time zone that is not known here: {name}") from None
