"""Killed between any two steps, the journal says what the database says, and no row before a change is lost."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from safesql.engine.undoing.attach import settled
from safesql.errors import CannotRecord
from safesql.guard.verdict import Clearance
from safesql.sql.splitter import split
from safesql.sql.statement import Statement
from safesql.store.journal.entry import State
from safesql.target import Target
from tests.engine.faults import CHANGES, FILLED, SCHEMA, in_child, settled_state
from tests.engine.undo_rig import keeper, rows, run, session_to, set_up, undo

POINTS = 12                # kills for each server and change
WATCHED = ("engine/undoing", "engine/perform", "store/journal")


class Steps:
    """Counts the lines that are executed in the watched modules, and ends the process at one of them."""

    def __init__(self, last: int) -> None:
        self.done = 0
        self.last = last

    def __call__(self, frame: FrameType, event: str, _arg: Any) -> Callable[..., Any] | None:
        if not any(part in frame.f_code.co_filename for part in WATCHED):
            return None
        if event == "line":
            self.done += 1
            if self.done == self.last:
                os.kill(os.getpid(), signal.SIGKILL)
        return self


def _changing(target: Target, folder: Path, change: str, last: int) -> int:
    """The change in this process, killed at a step; the number of steps goes to a file."""
    session = session_to(target, folder)
    steps = Steps(last)
    sys.settrace(steps)
    run(session, change)
    sys.settrace(None)
    (folder / "steps").write_text(str(steps.done))
    return 0


@pytest.mark.parametrize("change", CHANGES)
def test_the_journal_tells_the_truth_after_a_kill_at_any_step(target: Target, tmp_path: Path, change: str) -> None:
    session = session_to(target, tmp_path)
    set_up(session, SCHEMA)
    set_up(session, FILLED)
    before = rows(session, "p", "c")
    session.connection.close()
    assert in_child(lambda: _changing(target, tmp_path, change, -1)) == 0
    steps = int((tmp_path / "steps").read_text())
    ends: set[State | None] = set()
    late = (steps - 40, steps - 25, steps - 10, steps - 1)
    for last in sorted({*range(1, steps, max(1, steps // (POINTS - len(late)))), *late}):
        folder = tmp_path / str(last)              # a journal of its own: what is in it takes steps, too
        session = session_to(target, folder)
        set_up(session, FILLED)
        session.connection.close()
        assert in_child(lambda at=last, folder=folder: _changing(target, folder, change, at)) == -signal.SIGKILL  # type: ignore[misc]
        session = session_to(target, folder)
        state = settled_state(session)
        now = rows(session, "p", "c")
        ends.add(state)
        if now != before:
            assert state is State.COMMITTED, last
            undo(session)
            assert rows(session, "p", "c") == before
        else:
            assert state in (None, State.ROLLED_BACK), last
        session.connection.close()
    assert {State.COMMITTED, State.ROLLED_BACK} <= ends


@pytest.mark.parametrize("most", [1, 60, 400])
def test_a_full_disk_stops_the_change_and_not_the_truth(target: Target, tmp_path: Path, most: int) -> None:
    session = session_to(target, tmp_path)
    set_up(session, SCHEMA)
    set_up(session, FILLED)
    before = rows(session, "p", "c")
    session.connection.close()

    def full() -> int:
        session = session_to(target, tmp_path)
        statement = next(iter(split(CHANGES[0], session.connection.dialect)))
        assert isinstance(statement, Statement)
        journal = keeper(session)
        journal.no_undo(statement)
        clearance = Clearance(session.judge(statement))
        session.connection.begin()
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
        try:
            journal.needed(clearance)
            journal.before(session.connection, clearance)
        except CannotRecord:
            return 3
        return 0

    assert in_child(full) == 3
    session = session_to(target, tmp_path)
    settled(session, keeper(session))
    assert rows(session, "p", "c") == before
    assert all(entry.state is State.ROLLED_BACK for entry in keeper(session).journal.entries().values())
    session.connection.close()
