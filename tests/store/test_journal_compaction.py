"""The undo journal stays small: what can be undone is never lost on the way, whoever else is writing."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safesql.store.journal.entry import State, compacted, entries_of
from safesql.store.journal.journal import Journal, Planned
from safesql.store.journal.states import BLOCK, Record, StateLog

PLANNED = Planned("place", "target", "DELETE FROM t", (), {})
EACH = 60                  # entries that each process makes


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal.of(tmp_path / "state")


@st.composite
def histories(draw: st.DrawFn) -> list[Record]:
    """Entries and undos of them, each with some states."""
    found: list[Record] = []
    for number in range(1, draw(st.integers(1, 8)) + 1):
        record: Record = {"id": number, "state": "planned", "time": "2024-01-01T00:00:00+00:00", "place": "p"}
        if number > 1 and draw(st.booleans()):
            record["undoes"] = draw(st.integers(1, number - 1))
        found.append(record)
    told = draw(st.lists(st.sampled_from([record["id"] for record in found]), max_size=12))
    return [*found, *({"id": number, "state": draw(st.sampled_from(list(State))).value} for number in told)]


@given(histories())
def test_what_can_be_undone_or_has_no_end_is_as_before(history: list[Record]) -> None:
    before, after = entries_of(history), entries_of(compacted(history))
    assert max(before) == max(after)
    for number, entry in before.items():
        if entry.undoable == "" or entry.state.pending or entry.undone_by is not None:
            assert after[number] == entry
    assert all(before[number] == entry for number, entry in after.items())


def test_a_file_that_has_grown_is_written_anew_and_numbers_go_on(journal: Journal) -> None:
    for number in range(200):
        made = journal.plan(PLANNED)
        journal.mark(made, State.COMMITTED if number == 7 else State.ROLLED_BACK)
    log = StateLog(journal.folder / "states")
    size = log.path.stat().st_size
    assert log.compact(compacted, grown=size + 1) is False
    assert log.compact(compacted, grown=size) is True
    assert log.path.stat().st_size < size / 50
    assert log.path.stat().st_mode & 0o777 == 0o600
    assert {number: entry.undoable for number, entry in journal.entries().items() if not entry.undoable} == {8: ""}
    assert journal.plan(PLANNED) == 201


def test_the_next_number_is_found_behind_many_marks(journal: Journal) -> None:
    first, last = journal.plan(PLANNED), journal.plan(PLANNED)
    states = journal.folder / "states"
    while states.stat().st_size < 3 * BLOCK:
        journal.mark(first, State.UNKNOWN, witness={"padding": "x" * 5000})
    assert journal.plan(PLANNED) == last + 1


def test_processes_that_write_and_compact_at_once_lose_nothing(journal: Journal) -> None:
    children = []
    for _ in range(3):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                _busy(journal)
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0, 0]
    entries = journal.entries()
    done = [entry for entry in entries.values() if entry.state is State.COMMITTED]
    assert len(done) == 3 * EACH
    assert max(entries) == 3 * EACH * 2


def _busy(journal: Journal) -> None:
    """Entries that are committed, as many that are not, and the file written anew all the time."""
    log = StateLog(journal.folder / "states")
    for number in range(EACH):
        done, back = journal.plan(PLANNED), journal.plan(PLANNED)
        journal.mark(done, State.COMMITTED)
        journal.mark(back, State.ROLLED_BACK)
        if number % 3 == 0:
            log.compact(compacted, grown=1)


def test_a_process_that_is_killed_while_compacting_leaves_a_whole_file(journal: Journal) -> None:
    for _ in range(50):
        journal.mark(journal.plan(PLANNED), State.ROLLED_BACK)
    kept = journal.plan(PLANNED)
    journal.mark(kept, State.COMMITTED)
    child = os.fork()
    if child == 0:
        def killed(records: list[Record]) -> list[Record]:
            (journal.folder / "states.new").write_bytes(b"half of a li")
            os.kill(os.getpid(), signal.SIGKILL)
            return records

        StateLog(journal.folder / "states").compact(killed, grown=1)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert len(journal.entries()) == 51
    assert StateLog(journal.folder / "states").compact(compacted, grown=1)
    assert list(journal.entries()) == [kept]
    assert not (journal.folder / "states.new").exists()


def test_over_the_size_of_the_folder_the_oldest_images_go_and_it_is_said(journal: Journal) -> None:
    numbers = [_kept(journal) for _ in range(4)]
    waiting = journal.plan(PLANNED)
    undo = journal.plan(Planned("place", "target", "undo 1", (), {}, undoes=numbers[0]))
    journal.mark(undo, State.COMMITTED)
    each = journal.size() // 4
    small = Journal(journal.folder, most_bytes=2 * each)
    small.plan(PLANNED)
    entries = small.entries()
    assert [number for number in numbers if entries[number].state is State.EXPIRED] == numbers[:2]
    assert entries[undo].state is State.EXPIRED
    assert entries[waiting].state is State.PLANNED
    assert "undo_total_bytes" in entries[numbers[0]].undoable
    assert small.size() == 2 * each
    assert small.make_room(0) == 2
    assert small.size() == 0


def _kept(journal: Journal) -> int:
    """An entry with images that was committed."""
    number = journal.plan(PLANNED)
    for writer in (journal.before(number, 10_000), journal.after(number, 10_000)):
        writer.put([(1, "a" * 100)])
        writer.close()
    journal.mark(number, State.COMMITTED)
    return number
