"""Killed between any two steps, the journal says what the database says, and no row before a change is lost."""

from __future__ import annotations

import resource
import signal
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
from tests.engine.faults import CHANGES, FILLED, SCHEMA, changing, filled, in_child, made, step, truth
from tests.engine.undo_rig import keeper, rows, session_to, set_up

POINTS = 3                 # kills for each server and change besides those around the named steps
WATCHED = ("engine/undoing", "engine/perform", "store/journal")
NAMED = {
    "store/journal/states.py": {"_put"}, "store/journal/frames.py": {"close", "drop"},
    "store/journal/journal.py": {"drop_images"}, "session.py": {"begin", "execute", "commit", "rollback"},
}  # fmt: skip
"""What is written to the journal, and what is asked of the server, that cannot be taken back by forgetting it."""


class Lines:
    """Counts the lines that are executed in the watched modules, and ends the process at one of them."""

    def __init__(self, last: int) -> None:
        self.done = 0
        self.last = last

    def __call__(self, frame: FrameType, event: str, _arg: Any, /) -> Callable[..., Any] | None:
        if not any(part in frame.f_code.co_filename for part in WATCHED):
            return None
        if event == "line":
            step(self, self.last)
        return self


class Named:
    """Counts where the named steps begin and end, and ends the process at one of them."""

    def __init__(self, last: int) -> None:
        self.done = 0
        self.last = last

    def __call__(self, frame: FrameType, event: str, _arg: Any, /) -> Callable[..., Any] | None:
        code = frame.f_code
        if not any(code.co_filename.endswith(file) and code.co_name in names for file, names in NAMED.items()):
            return None
        if event in ("call", "return"):
            step(self, self.last)
        return self


@pytest.mark.parametrize("change", CHANGES)
def test_the_journal_tells_the_truth_after_a_kill_before_and_after_every_step(
    target: Target, tmp_path: Path, change: str
) -> None:
    made(target, tmp_path)
    filled(target, tmp_path)
    assert in_child(lambda: changing(target, tmp_path, change, Named(-1))) == 0
    steps = int((tmp_path / "steps").read_text())
    assert steps >= 18, "begin, execute and commit, three states and two images"
    ends = {_killed(target, tmp_path / str(last), change, Named(last)) for last in range(1, steps + 1)}
    assert {State.COMMITTED, State.ROLLED_BACK} <= ends


@pytest.mark.parametrize("change", CHANGES)
def test_the_journal_tells_the_truth_after_a_kill_at_any_line(target: Target, tmp_path: Path, change: str) -> None:
    made(target, tmp_path)
    filled(target, tmp_path)
    assert in_child(lambda: changing(target, tmp_path, change, Lines(-1))) == 0
    steps = int((tmp_path / "steps").read_text())
    late = (steps - 40, steps - 10, steps - 1)
    for last in sorted({*range(1, steps, max(1, steps // POINTS)), *late}):
        _killed(target, tmp_path / str(last), change, Lines(last))


def _killed(target: Target, folder: Path, change: str, steps: Lines | Named) -> State | None:
    """The state after a kill, with a journal of its own: what is in it takes steps, too."""
    before = filled(target, folder)
    code = in_child(lambda: changing(target, folder, change, steps))
    over = code == 0 and int((folder / "steps").read_text()) < steps.last          # it took some steps fewer this time
    assert code == -signal.SIGKILL or over, (code, steps.last)
    return truth(target, folder, before, steps.last)


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
