"""Ledgers on disk: lines with checksums, torn at the end or damaged within, how far a run came, locks, and full disks."""

from __future__ import annotations

import os
import resource
import signal
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safesql.errors import CannotRecord, Refused
from safesql.store.journal.frames import Damaged
from safesql.store.ledger.course import Course
from safesql.store.ledger.entry import After, Entry, Sign, done_line, line, parsed, text_digest
from safesql.store.ledger.ledger import DAY, DAYS, Ledger, key_of

RUN = Entry(Sign.RUN, mark="m", told={"names": ["x.sql"], "place": "here"})


def _started(number: int, after: After = After.IDLE) -> Entry:
    return Entry(Sign.STARTED, number, text_digest(str(number)), after)


def _done(number: int, after: After = After.IDLE) -> Entry:
    return Entry(Sign.DONE, number, text_digest(str(number)), after)


def _failed(number: int, after: After, *, again: bool) -> Entry:
    return Entry(Sign.FAILED, number, text_digest(str(number)), after, again=again)


OPEN, IDLE, KEPT, ANEW, CHAINED = After.OPEN, After.IDLE, After.KEPT, After.ANEW, After.CHAINED
SETTLED = Entry(Sign.SETTLED, 3)
NOT_SETTLED = Entry(Sign.SETTLED, 0)
STOPPED = Entry(Sign.STOPPED)
COURSES: list[tuple[str, list[Entry], int, int | None]] = [
    ("nothing", [], 0, None),
    ("each by itself", [_done(1), _done(2)], 2, None),
    ("sent and not answered", [_done(1), _started(2)], 1, 2),
    ("sent and answered", [_started(1), _done(1)], 1, None),
    ("inside a transaction", [_done(1), _done(2, OPEN), _done(3, OPEN)], 1, None),
    ("its COMMIT", [_done(1, OPEN), _done(2, OPEN), _started(3), _done(3)], 3, None),
    ("its COMMIT not answered", [_done(1, OPEN), _done(2, OPEN), _started(3)], 0, 3),
    ("that one committed after all", [_done(1, OPEN), _done(2, OPEN), _started(3), SETTLED], 3, None),
    ("that one rolled back", [_done(1, OPEN), _done(2, OPEN), _started(3), NOT_SETTLED], 0, None),
    ("a failure that ends the run", [_done(1), _failed(2, IDLE, again=True), STOPPED], 1, None),
    ("a failure that does not", [_done(1), _failed(2, IDLE, again=False), _done(3)], 3, None),
    ("a failure in a transaction", [_done(1), _done(2, OPEN), _failed(3, OPEN, again=True), STOPPED], 1, None),
    ("a definition that failed and committed", [_done(1), _done(2, OPEN), _failed(3, KEPT, again=True), STOPPED], 2, None),
    ("a deadlock that undid all", [_done(1), _done(2, OPEN), _failed(3, IDLE, again=True), STOPPED], 1, None),
    ("a BEGIN that commits", [_done(1, OPEN), _done(2, OPEN), _started(3, ANEW), _done(3, ANEW)], 2, None),
    ("that BEGIN not answered, but done", [_done(1, OPEN), _done(2, OPEN), _started(3, ANEW), SETTLED], 2, None),
    ("AND CHAIN", [_done(1, OPEN), _done(2, OPEN), _started(3, CHAINED), _done(3, CHAINED)], 3, None),
    ("several on their way", [_started(1), _started(2), _started(3)], 0, 1),
    ("several, the first answered", [_started(1), _started(2), _started(3), _done(1)], 1, 2),
    ("several, one taken back", [_started(1), _started(2), _done(1), Entry(Sign.NOT_RUN, 2)], 1, None),
    ("a run that went on", [_done(1), _done(2, OPEN), replace(RUN, told={"settled": 1}), _done(2, OPEN), _done(3)], 3, None),
]


@pytest.mark.parametrize(("what", "entries", "settled", "doubtful"), COURSES, ids=[case[0] for case in COURSES])
def test_lines_tell_how_far_a_run_came(what: str, entries: list[Entry], settled: int, doubtful: int | None) -> None:
    course = Course().read([RUN, *entries])
    assert course.settled == settled
    assert (course.doubtful.number if course.doubtful else None) == doubtful


ENTRIES = st.builds(
    Entry,
    st.sampled_from(Sign), st.integers(0, 10**9), st.sampled_from(["", text_digest("x")]), st.sampled_from(After),
    st.none() | st.integers(0, 10**12), st.booleans(), st.text(max_size=5), st.dictionaries(st.sampled_from("ab"), st.text(max_size=9)),
)  # fmt: skip


@given(ENTRIES)
def test_a_line_reads_back_as_what_was_written(entry: Entry) -> None:
    assert parsed(line(entry)) == entry


@given(ENTRIES, st.integers(0, 200), st.integers(1, 255))
def test_a_changed_byte_makes_a_line_none(entry: Entry, at: int, flip: int) -> None:
    raw = bytearray(line(entry))
    raw[at % len(raw)] ^= flip
    assert parsed(bytes(raw)) != entry


def test_the_quick_line_is_the_same_as_the_other() -> None:
    for rows in (None, 7):
        assert done_line(3, text_digest("x"), "open", rows) == line(Entry(Sign.DONE, 3, text_digest("x"), After.OPEN, rows))


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.of(tmp_path / "state", key_of("digest", "place"))


def _write(ledger: Ledger, *entries: Entry) -> None:
    writer = ledger.writer()
    for entry in entries:
        writer.add(line(entry))
    writer.sync()
    writer.close()


def test_files_are_for_their_owner_alone(ledger: Ledger) -> None:
    _write(ledger, RUN)
    ledger.lock()
    for path in ledger.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(ledger.folder.stat().st_mode) == 0o700
    ledger.close()


@pytest.mark.parametrize("cut", range(1, 40))
def test_a_line_torn_off_at_the_end_is_none(ledger: Ledger, cut: int) -> None:
    _write(ledger, RUN, _done(1), _done(2))
    os.truncate(ledger.path, ledger.path.stat().st_size - cut)
    assert ledger.course().settled in (0, 1)


def test_a_line_damaged_within_is_no_end(ledger: Ledger) -> None:
    _write(ledger, RUN, _done(1), _done(2), _done(3))
    raw = bytearray(ledger.path.read_bytes())
    raw[len(line(RUN)) + 12] ^= 1
    ledger.path.write_bytes(raw)
    with pytest.raises(Damaged, match="line 2"):
        ledger.course()


def test_one_script_on_one_target_has_one_run_at_a_time(ledger: Ledger) -> None:
    other, another = Ledger(ledger.folder, ledger.key), Ledger(ledger.folder, key_of("digest", "elsewhere"))
    ledger.lock()
    another.lock()
    with pytest.raises(Refused, match="another safesql is running this script"):
        other.lock()
    ledger.close()
    other.lock()
    other.close()
    another.close()


def test_rewinding_keeps_what_is_settled_and_the_course_is_the_same(ledger: Ledger) -> None:
    entries = [RUN, _done(1), _started(2), _done(2), _done(3, OPEN), _done(4, OPEN), _failed(5, KEPT, again=True), STOPPED]
    _write(ledger, *entries)
    course = ledger.course()
    assert course.settled == 4
    ledger.rewind(course, replace(RUN, told={**RUN.told, "settled": 4}))
    assert [entry.number for entry in ledger.entries() if entry.sign is Sign.DONE] == [1, 2, 3, 4]
    assert ledger.course().settled == 4 and ledger.course().begun == 0


def test_what_was_found_out_later_is_done_after_rewinding(ledger: Ledger) -> None:
    _write(ledger, RUN, _done(1), _started(2), Entry(Sign.SETTLED, 2))
    ledger.rewind(ledger.course(), replace(RUN, told={**RUN.told, "settled": 2}))
    assert [(entry.sign, entry.number) for entry in ledger.entries()][1:3] == [(Sign.DONE, 1), (Sign.DONE, 2)]


def test_a_complete_run_leaves_little(ledger: Ledger) -> None:
    _write(ledger, RUN, *(_done(number) for number in range(1, 5000)))
    ledger.complete(RUN)
    assert ledger.course().complete
    assert ledger.path.stat().st_size < 300


def test_old_ledgers_are_forgotten_but_not_one_that_is_in_use(ledger: Ledger) -> None:
    _write(ledger, RUN)
    busy = Ledger(ledger.folder, "busy")
    busy.lock()
    later = (lambda: ledger.path.stat().st_mtime + DAY * DAYS + 60)()
    ledger.expire(lambda: later - 120)
    assert ledger.path.exists()
    ledger.expire(lambda: later)
    assert not ledger.path.exists()
    assert (ledger.folder / "busy.lock").exists()
    busy.close()


def test_a_full_disk_is_told_and_what_was_written_before_is_whole(ledger: Ledger) -> None:
    _write(ledger, RUN, _done(1))
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (ledger.path.stat().st_size + 10, resource.RLIM_INFINITY))
        writer = ledger.writer()
        writer.add(line(_done(2)))
        try:
            writer.sync()
        except CannotRecord:
            os._exit(3)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
    assert ledger.course().settled == 1


def test_what_was_handed_to_the_system_is_there_after_a_kill(ledger: Ledger) -> None:
    child = os.fork()
    if child == 0:
        writer = ledger.writer()
        for entry in (RUN, _done(1), _done(2)):
            writer.add(line(entry))
        writer.push()
        writer.add(line(_done(3)))
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    assert ledger.course().settled == 2
