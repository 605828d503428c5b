"""The undo journal's files: a torn end is cut away, damage anywhere else is named, and nobody else can read them."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safesql.errors import CannotRecord
from safesql.result import Row
from safesql.store.journal.entry import State
from safesql.store.journal.frames import Damaged, FrameWriter, TooLarge, dumped, loaded, read_frames
from safesql.store.journal.journal import Journal, Planned

PLANNED = Planned("place", "target", "DELETE FROM t", (), {})
CELLS = st.none() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text() | st.binary()


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal.of(tmp_path / "state")


@given(st.lists(st.none() | st.lists(CELLS, min_size=1).map(tuple), max_size=5))
def test_rows_read_back_as_they_were(rows: list[tuple[object, ...] | None]) -> None:
    assert repr(loaded(dumped(rows))) == repr(rows)  # type: ignore[arg-type]


def test_a_torn_last_line_is_cut_away_and_the_next_one_is_whole(journal: Journal) -> None:
    first = journal.plan(PLANNED)
    states = journal.folder / "states"
    whole = states.read_bytes()
    for cut in range(1, len(whole)):
        states.write_bytes(whole + whole[:cut])
        assert set(journal.entries()) == {first}
        journal.mark(first, State.CAPTURED)
        assert journal.entry(first).state is State.CAPTURED
        states.write_bytes(whole)


def test_damage_in_the_middle_is_an_error_that_names_the_line(journal: Journal) -> None:
    for _ in range(3):
        journal.plan(PLANNED)
    states = journal.folder / "states"
    data = bytearray(states.read_bytes())
    data[len(data) // 2] ^= 1
    states.write_bytes(bytes(data))
    with pytest.raises(Damaged, match="damaged in line 2"):
        journal.entries()
    with pytest.raises(Damaged, match="line 2"):
        journal.expire(30)                        # as each session begins with
    data[len(data) - 20] ^= 1
    states.write_bytes(bytes(data))
    with pytest.raises(Damaged, match="line 2"):
        journal.plan(PLANNED)


def test_every_changed_byte_of_the_images_is_found(tmp_path: Path) -> None:
    path = tmp_path / "1.before"
    writer = FrameWriter(path, 10_000)
    writer.table(0)
    writer.put([(1, "a"), (2, b"\xff")])
    writer.close()
    good = path.read_bytes()
    assert [rows for _, rows in read_frames(path)] == [[(1, "a"), (2, b"\xff")]]
    for at in range(len(good)):
        path.write_bytes(good[:at] + bytes([good[at] ^ 0x20]) + good[at + 1 :])
        with pytest.raises(Damaged):
            list(read_frames(path))
        path.write_bytes(good[:at])
        with pytest.raises(Damaged):
            list(read_frames(path))


def test_images_over_the_limit_are_refused(tmp_path: Path) -> None:
    writer = FrameWriter(tmp_path / "1.before", 200)
    with pytest.raises(TooLarge, match="undo_max_bytes"):
        _put(writer, [(os.urandom(1000),)])
    writer.drop()
    assert not list(tmp_path.iterdir())


def test_a_frame_that_could_not_be_written_stops_the_ones_behind_it(tmp_path: Path) -> None:
    writer = FrameWriter(tmp_path / "1.before", 200)
    with pytest.raises(TooLarge):
        for _ in range(10):
            writer.put([(os.urandom(1000),)])
    assert writer.rows < 10


def _put(writer: FrameWriter, rows: list[Row | None]) -> None:
    writer.put(rows)
    writer.close()


def test_images_are_never_written_over_or_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "there")
    for name in ("there", "link"):
        with pytest.raises(CannotRecord):
            FrameWriter(tmp_path / name, 100)
    assert (tmp_path / "there").read_text() == "mine"


def test_files_are_private(journal: Journal) -> None:
    number = journal.plan(PLANNED)
    journal.before(number, 1000).close()
    assert journal.folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in journal.folder.iterdir()} == {0o600}


def test_old_entries_expire_and_those_without_an_end_do_not(tmp_path: Path) -> None:
    then = datetime.now(UTC) - timedelta(days=40)
    old = Journal.of(tmp_path)
    old = Journal(old.folder, clock=lambda: then)
    done, pending = old.plan(PLANNED), old.plan(PLANNED)
    old.before(done, 1000).close()
    old.mark(done, State.COMMITTED)
    new = Journal(old.folder)
    recent = new.plan(PLANNED)
    new.mark(recent, State.COMMITTED)
    assert new.expire(30) == 1
    states = {number: entry.state for number, entry in new.entries().items()}
    assert states == {done: State.EXPIRED, pending: State.PLANNED, recent: State.COMMITTED}
    assert not list(new.folder.glob("*.before"))


def test_secrets_are_not_kept(journal: Journal) -> None:
    journal.plan(Planned("place", "target", "UPDATE users SET password = 'hunter2'", (), {}))
    assert b"hunter2" not in (journal.folder / "states").read_bytes()
