"""Whatever happens to ``apply`` at whatever moment: what it says is true, and going on ends where one run would have."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.planning.apply_rig import Applying, At, planned
from tests.engine.planning.conftest import Home

MORE = int(os.environ.get("SAFESQL_TEST_MORE", "1"))       # times as many points for a night
POINTS = 3 * MORE


@pytest.fixture
def applying(home: Home) -> Iterator[Applying]:
    with planned(home) as made:
        yield made


def whole(applying: Applying) -> tuple[dict[str, list[str]], int]:
    """The rows after one run that nothing happened to, and its steps."""
    applying.again()
    found = applying.apply(at=At(-1, lambda: None))
    assert found.code == 0, found.said
    assert found.steps >= 40, "eight statements, each written down before and after"
    return applying.rows(), found.steps


def points(steps: int) -> list[int]:
    """Some of all steps, and the last ones."""
    return sorted({*range(2, steps, max(1, steps // POINTS)), steps - 3, steps - 1, steps})


def told(said: str) -> bool:
    """Whether something of the plan was said to be there now."""
    return "committed" in said or "ran 8 of 8 statements" in said


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def fill_the_disk() -> None:
    """From now on there is no room in any file of the state folder."""
    full = os.open("/dev/full", os.O_RDWR)
    for link in list(Path("/proc/self/fd").iterdir()):
        if "/state" in str(link.resolve()) and link.resolve().is_file():
            os.dup2(full, int(link.name))


def test_killed_at_any_step_it_goes_on_to_the_same_end(applying: Applying) -> None:
    expected, steps = whole(applying)
    killed = 0
    for last in points(steps):
        applying.again()
        found = applying.apply(at=At(last, kill))
        killed += found.code == -signal.SIGKILL
        assert found.code == -signal.SIGKILL or found.steps < last, found       # a run may have some steps fewer
        applying.finished()
        assert applying.rows() == expected, last
    assert killed >= POINTS


def test_ctrl_c_at_any_step_is_told_and_gone_on_from(applying: Applying) -> None:
    expected, steps = whole(applying)
    codes: Counter[int] = Counter()
    for last in points(steps):
        applying.again()
        before = applying.rows()
        found = applying.apply(at=At(last, interrupt))
        codes[found.code] += 1
        assert found.code in ((7,) if "may or may not" in found.said else (0, 130)), (last, found)
        if not told(found.said) and found.code != 7:
            assert applying.rows() == before, (last, found)
        applying.finished()
        assert applying.rows() == expected, last
    assert codes[130], codes


def test_a_full_disk_at_any_step_stops_it_and_the_report_is_true(applying: Applying) -> None:
    expected, steps = whole(applying)
    for last in points(steps):
        applying.again()
        before = applying.rows()
        found = applying.apply(at=At(last, fill_the_disk))
        now = applying.rows()
        if now == expected:
            assert told(found.said), (last, found)
        elif now == before:
            assert found.code != 0, (last, found)
        else:
            assert found.code != 0 and told(found.said), (last, found)
        applying.finished()
        assert applying.rows() == expected, last
