"""Windows of the calendar, and what they mean at a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safesql.config.freeze import frozen, window

CASES = [
    ("2026-12-20..2027-01-05", "2026-12-20T00:00", "2027-01-06 00:00 UTC"),
    ("2026-12-20..2027-01-05", "2027-01-05T23:59", "2027-01-06 00:00 UTC"),
    ("2026-12-20..2027-01-05", "2027-01-06T00:00", ""),
    ("2026-12-20..2027-01-05", "2026-12-19T23:59", ""),
    ("2026-12-24T18:00..2026-12-27T08:00", "2026-12-27T07:59", "2026-12-27 08:00 UTC"),
    ("2026-12-24T18:00..2026-12-27T08:00", "2026-12-27T08:00", ""),
    ("fri 16:00..mon 06:00", "2026-11-20T16:00", "2026-11-23 06:00 UTC"),       # a Friday
    ("fri 16:00..mon 06:00", "2026-11-22T12:00", "2026-11-23 06:00 UTC"),
    ("fri 16:00..mon 06:00", "2026-11-23T05:59", "2026-11-23 06:00 UTC"),
    ("fri 16:00..mon 06:00", "2026-11-23T06:00", ""),
    ("FRI 16:00 .. MON 6:00 Europe/Berlin", "2026-11-20T15:00", "2026-11-23 06:00 CET"),
    ("fri 16:00..mon 06:00 Europe/Berlin", "2026-11-20T14:59", ""),
    ("tue 09:00..tue 17:00", "2026-11-24T10:00", "2026-11-24 17:00 UTC"),
    ("tue 09:00..tue 17:00", "2026-11-24T18:00", ""),
]


@pytest.mark.parametrize(("text", "now", "until"), CASES)
def test_a_window_freezes_until_its_end(text: str, now: str, until: str) -> None:
    sentence = frozen((text,), datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert sentence == (f"changes are frozen until {until} ({text})" if until else "")


@pytest.mark.parametrize("text", [
    "", "always", "2026-13-01..2026-12-02", "2026-12-02..2026-12-01", "fri 16:00..2026-12-01", "fri 25:00..mon 06:00",
    "fri 16:00..mon 06:00 Europe/Nowhere", "2026-12-01T00:00+01:00..2026-12-02T00:00", "2026-12-01..", "fri..mon",
])  # fmt: skip
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"must|has|names"):
        window(text)


MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


@given(MOMENTS, st.integers(0, 7 * 24 * 60 - 1), st.integers(0, 7 * 24 * 60 - 1))
def test_a_week_repeats_and_its_windows_are_what_is_between(now: datetime, first: int, until: int) -> None:
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

    def spelled(minute: int) -> str:
        return f"{days[minute // 1440]} {minute // 60 % 24:02}:{minute % 60:02}"

    text = f"{spelled(first)}..{spelled(until)}"
    at = now.weekday() * 1440 + now.hour * 60 + now.minute
    inside = first <= at < until if first < until else at >= first or at < until
    assert bool(frozen((text,), now)) == inside
    assert bool(frozen((text,), now + timedelta(days=7))) == inside
