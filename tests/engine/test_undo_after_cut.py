"""A link that breaks at any message, and a disk that is full from any step on: the journal says what the database says."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from safesql.errors import SafesqlError
from safesql.store.journal.entry import State
from safesql.target import Target
from tests.engine.faults import CHANGES, filled, in_child, linked, made, truth
from tests.engine.undo_rig import run, session_to

FAILED = 3                 # the exit code of a change that ended in an error
MORE = int(os.environ.get("SAFESQL_TEST_MORE", "1"))       # times as many points for a night
POINTS = 5 * MORE


@pytest.fixture(params=["postgres_target", "mariadb_target"])
def remote(request: pytest.FixtureRequest) -> Target:
    """The servers that have a network between them and us."""
    target = request.getfixturevalue(str(request.param))
    assert isinstance(target, Target)
    return target


def _changed(target: Target, folder: Path, change: str) -> int:
    """The change in this process; whether it was said to be done."""
    try:
        run(session_to(target, folder), change)
    except SafesqlError:
        return FAILED
    return 0


def _points(count: int, late: int) -> list[int]:
    """Some of 1 to ``count``, and all of the last ones."""
    return sorted({*range(1, count, max(1, count // POINTS)), *range(max(1, count - late), count + 1)})


@pytest.mark.parametrize("change", CHANGES)
def test_the_journal_tells_the_truth_after_a_cut_at_any_message(remote: Target, tmp_path: Path, change: str) -> None:
    made(remote, tmp_path)
    filled(remote, tmp_path)
    with linked(remote, 0, delivered=True) as (link, behind):
        assert in_child(lambda: _changed(behind, tmp_path / "whole", change)) == 0
    ends: Counter[State | None] = Counter()
    for last in _points(link.messages, 6):
        for delivered in (True, False):
            folder = tmp_path / f"{last} {delivered}"
            before = filled(remote, folder)
            with linked(remote, last, delivered=delivered) as (_, behind):
                code = in_child(lambda behind=behind, folder=folder: _changed(behind, folder, change))  # type: ignore[misc]
            state = truth(remote, folder, before, (last, delivered))
            assert code == FAILED or state is State.COMMITTED, (last, delivered)
            ends[state] += 1
    assert ends[State.COMMITTED] and ends[State.ROLLED_BACK], ends


class FullDisk:
    """Counts the lines that the journal executes; from one of them on, no file of this process can be written."""

    def __init__(self, last: int) -> None:
        self.done = 0
        self.last = last

    def __call__(self, frame: FrameType, event: str, _arg: Any) -> Callable[..., Any] | None:
        if "store/journal" not in frame.f_code.co_filename:
            return None
        if event == "line":
            self.done += 1
            if self.done == self.last:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        return self


def _on_a_full_disk(target: Target, folder: Path, change: str, last: int, told: int) -> int:
    """The change in this process; how many lines the journal took goes to the pipe."""
    session = session_to(target, folder)
    disk = FullDisk(last)
    sys.settrace(disk)
    try:
        run(session, change)
    except SafesqlError:
        return FAILED
    finally:
        sys.settrace(None)
        os.write(told, str(disk.done).encode())
    return 0


def _steps(target: Target, folder: Path, change: str, last: int) -> tuple[int, int]:
    """Exit code and steps of a change whose disk is full from a step on (0: never)."""
    read, write = os.pipe()
    code = in_child(lambda: _on_a_full_disk(target, folder, change, last, write))
    os.close(write)
    with os.fdopen(read, "rb") as file:
        return code, int(file.read() or b"0")


@pytest.mark.parametrize("change", CHANGES)
def test_a_disk_that_is_full_from_any_step_on_loses_nothing(target: Target, tmp_path: Path, change: str) -> None:
    made(target, tmp_path)
    filled(target, tmp_path)
    code, steps = _steps(target, tmp_path / "whole", change, 0)
    assert code == 0
    codes: Counter[int] = Counter()
    for last in _points(steps, 3):
        folder = tmp_path / str(last)
        before = filled(target, folder)
        code, _ = _steps(target, folder, change, last)
        state = truth(target, folder, before, last)
        assert code == FAILED or (code == 0 and state is State.COMMITTED), (last, code, state)
        codes[code] += 1
    assert codes[FAILED], codes
