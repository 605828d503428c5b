"""The folder of the undo journal: one file of states, two files of images for each entry."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any

from safesql.errors import UsageError
from safesql.result import Row
from safesql.slotted import dataclass
from safesql.sql.redact import redact
from safesql.store.journal.entry import Entry, State, compacted, entries_of, root
from safesql.store.journal.frames import FrameWriter, read_frames
from safesql.store.journal.states import Record, StateLog
from safesql.store.private import private_folder

NAME = "undo"
OUT_OF_ROOM = "its rows made room for newer ones (undo_total_bytes)"
LONGEST = 4096             # characters of a statement that are kept

Change = tuple[Row | None, Row | None]
"""One row before and after; None where it was not there."""


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Planned:
    """What is known of an entry before its rows are read."""

    place: str
    target: str
    statement: str
    tables: tuple[Mapping[str, Any], ...]
    settings: Mapping[str, str]
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class Journal:
    """Nothing is kept open; every change of state is on disk when its call returns."""

    folder: Path
    clock: Callable[[], datetime] = now
    process: str = ""
    most_bytes: int | None = None                 # of all images together

    @classmethod
    def of(cls, folder: Path, process: str = "", most_bytes: int | None = None) -> Journal:
        """The journal in a state folder, which is made private; raises CannotRecord when it cannot be."""
        return cls(private_folder(private_folder(folder) / NAME), process=process, most_bytes=most_bytes)

    @property
    def _log(self) -> StateLog:
        """The file of states."""
        return StateLog(self.folder / "states")

    def plan(self, planned: Planned) -> int:
        """A new entry; returns its id. Where all images are too large together, the oldest ones go first."""
        if self.most_bytes is not None and self.size() > self.most_bytes:
            self.make_room(self.most_bytes)
        told: Record = {
            "place": planned.place,
            "target": planned.target,
            "statement": redact(planned.statement[:LONGEST]),
            "tables": list(planned.tables),
            "settings": dict(planned.settings),
            "process": self.process,
        }
        if planned.undoes is not None:
            told["undoes"] = planned.undoes

        def made(last: int) -> Record:
            return {"id": last + 1, "state": State.PLANNED.value, "time": self._time(), **told}

        return int(self._log.append(made)["id"])

    def mark(self, number: int, state: State, **told: Any) -> None:
        """An entry came further; raises CannotRecord."""
        self._log.add({"id": number, "state": state.value, **told})

    def before(self, number: int, most_bytes: int) -> FrameWriter:
        """Where the rows before go."""
        return FrameWriter(self._images(number, "before"), most_bytes)

    def after(self, number: int, most_bytes: int) -> FrameWriter:
        """Where the rows after go, row for row as those before."""
        return FrameWriter(self._images(number, "after"), most_bytes)

    def rows_before(self, number: int, only: int | None = None) -> Iterator[tuple[int, list[Row | None]]]:
        """The rows before, a frame at a time, with the number of their table, or of ``only`` one; raises Damaged."""
        return read_frames(self._images(number, "before"), only)

    def changes(self, entry: Entry, only: int | None = None) -> Iterator[tuple[int, list[Change]]]:
        """What an entry changed, a frame at a time, in all tables or ``only`` one.

        An undo has the images of what it undid, the other way round.
        """
        if entry.undoes is not None:
            for table, turned in self.changes(self.entry(entry.undoes), only):
                yield table, [(after, before) for before, after in turned]
            return
        pairs = zip_longest(
            read_frames(self._images(entry.id, "before"), only), read_frames(self._images(entry.id, "after"), only)
        )
        for kept, (table, after) in pairs:
            before = kept[1] if kept is not None else [None] * len(after)      # rows that were added come last
            yield table, list(zip(before, after, strict=True))

    def changes_of(self, entry: Entry, number: int) -> Iterator[Change]:
        """The changes of one table of an entry, row by row."""
        for _, changes in self.changes(entry, number):
            yield from changes

    def entries(self) -> dict[int, Entry]:
        """All entries by id; raises Damaged."""
        return entries_of(self._log.records())

    def entry(self, number: int) -> Entry:
        """One entry; raises UsageError when there is none."""
        found = self.entries().get(number)
        if found is None:
            raise UsageError(f"the journal has no entry {number}; \\journal lists what there is")
        return found

    def drop_images(self, number: int) -> None:
        """Remove the images of an entry that changed nothing."""
        for kind in ("before", "after"):
            self._images(number, kind).unlink(missing_ok=True)

    def expire(self, days: int) -> int:
        """Drop the images of entries that are older; those that are pending stay. Returns how many went."""
        oldest = self.clock() - timedelta(days=days)
        found = self.entries()
        needed = {root(found, entry.id) for entry in found.values() if entry.time >= oldest}
        gone = 0
        for entry in found.values():
            over = entry.time < oldest and entry.state in (State.COMMITTED, State.ROLLED_BACK)
            if over and root(found, entry.id) not in needed:
                self.mark(entry.id, State.EXPIRED)
                self.drop_images(entry.id)
                gone += 1
        return gone

    def make_room(self, most_bytes: int) -> int:
        """Drop the oldest images until the rest fits; those without an end stay. Returns how many entries lost them.

        An undo needs the images of what it undid, and goes with them.
        """
        found = self.entries()
        size, gone = self.size(), 0
        for number in sorted(found):
            if size <= most_bytes:
                break
            belong = [entry for entry in found.values() if root(found, entry.id) == number]
            freed = self._bytes(number)
            if freed and not any(entry.state.pending for entry in belong):
                for entry in belong:
                    self.mark(entry.id, State.EXPIRED, expired=OUT_OF_ROOM)
                self.drop_images(number)
                size -= freed
                gone += 1
        return gone

    def compact(self) -> bool:
        """Write the states anew, shorter, once they have grown; what can be undone stays. Raises CannotRecord."""
        return self._log.compact(compacted)

    def _bytes(self, number: int) -> int:
        """The images of one entry."""
        paths = (self._images(number, "before"), self._images(number, "after"))
        return sum(path.stat().st_size for path in paths if path.exists())

    def size(self) -> int:
        """Bytes of all images."""
        return sum(file.stat().st_size for file in self.folder.iterdir() if file.suffix in (".before", ".after"))

    def _images(self, number: int, kind: str) -> Path:
        """The file of one side of an entry."""
        return self.folder / f"{number:06}.{kind}"

    def _time(self) -> str:
        """Now, as it is written down."""
        return self.clock().isoformat(timespec="milliseconds")


def process_of(pid: int) -> str:
    """A process by its id and the moment it started, so that another one with the same id is told apart."""
    try:
        start = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return f"{pid}:"
    return f"{pid}:{start}"


def alive(process: str) -> bool:
    """Whether the process that wrote an entry still runs; where that cannot be told, the pid decides."""
    pid, _, start = process.partition(":")
    if not pid.isdigit():
        return False
    if start:
        return process_of(int(pid)) == process
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
