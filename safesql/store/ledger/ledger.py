"""The folder of ledgers: one file for each script on each target, under a lock while it runs."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from time import time

from safesql.errors import Refused
from safesql.slotted import dataclass, field
from safesql.store.journal.frames import Damaged, sync_folder
from safesql.store.ledger.course import Course
from safesql.store.ledger.entry import Entry, Sign, line, parsed
from safesql.store.ledger.writer import Writer
from safesql.store.private import open_private, private_folder

NAME = "ledger"
DAYS = 90                  # after which a ledger is forgotten
DAY = 86_400
SUFFIX = ".ledger"
LOCK = ".lock"


def key_of(script: str, place: str) -> str:
    """The name of a ledger: the digest of the script and of the server and database it runs on."""
    return sha256(f"{script}\n{place}".encode("utf-8", "surrogatepass")).hexdigest()[:40]


@dataclass(slots=True)
class Ledger:
    """One file. Reading needs no lock; ``lock`` is taken before anything is written, and held until ``close``."""

    folder: Path
    key: str
    _lock: int = field(default=-1)

    @classmethod
    def of(cls, state: Path, key: str) -> Ledger:
        """The ledger of this key in a state folder, which is made private; raises CannotRecord."""
        return cls(private_folder(private_folder(state) / NAME), key)

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / f"{self.key}{SUFFIX}"

    def lock(self) -> None:
        """Keep every other safesql away from this script on this target; raises Refused where one is at it."""
        path = self.folder / f"{self.key}{LOCK}"
        while self._lock < 0:
            descriptor = open_private(path)
            if not _locked(descriptor):
                os.close(descriptor)
                raise Refused(
                    "another safesql is running this script on this target; nothing was sent. Wait until it has ended"
                )
            if _named(descriptor, path):
                self._lock = descriptor
            else:
                os.close(descriptor)               # it was forgotten between the two

    def close(self) -> None:
        """Let the next one in."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def entries(self) -> Iterator[Entry]:
        """All lines in order, one at a time; a line that a crash tore off at the end is none. Raises Damaged."""
        try:
            descriptor = open_private(self.path, os.O_RDONLY)
        except FileNotFoundError:
            return
        with os.fdopen(descriptor, "rb") as stream:
            for number, raw in enumerate(stream, 1):
                entry = parsed(raw)
                if entry is None:
                    if any(parsed(later) is not None for later in stream):
                        raise Damaged(
                            f"{self.path} is damaged in line {number}, so how far the script came is not known; look "
                            "at the database, and put what is left to do into a script of its own"
                        )
                    return
                yield entry

    def course(self) -> Course:
        """How far the run came."""
        return Course().read(self.entries())

    def writer(self, *, anew: bool = False) -> Writer:
        """To add lines to what is there, or to begin anew."""
        return Writer(self.path, anew=anew)

    def replace(self, kept: Iterator[Entry]) -> None:
        """Write the file anew, whole on disk before it takes the old one's place; raises CannotRecord."""
        new = Writer(self.path.with_suffix(".new"), anew=True)
        try:
            for entry in kept:
                new.add(line(entry))
            new.sync()
        finally:
            new.close()
        if new.path.exists():
            new.path.replace(self.path)
        else:
            self.path.unlink(missing_ok=True)
        sync_folder(self.folder)

    def rewind(self, course: Course, run: Entry) -> None:
        """Keep the lines up to what is settled, and begin the run that goes on from there."""
        self.replace(_up_to(self.entries(), course.settled, run))

    def complete(self, run: Entry) -> None:
        """All of the script is done: that is all there is left to know."""
        self.replace(iter((run, Entry(Sign.COMPLETE))))

    def others(self, wanted: Callable[[Entry], bool]) -> Iterator[Ledger]:
        """Other ledgers whose run is one of those that are wanted."""
        for path in sorted(self.folder.glob(f"*{SUFFIX}")):
            if path.stem == self.key:
                continue
            other = Ledger(self.folder, path.stem)
            first = next(other.entries(), None)
            if first is not None and first.sign is Sign.RUN and wanted(first):
                yield other

    def expire(self, now: Callable[[], float] = time) -> None:
        """Forget ledgers that nobody has come back to."""
        for path in self.folder.iterdir():
            with suppress(OSError):
                if now() - path.stat().st_mtime > DAYS * DAY:
                    _forget(path)


def _locked(descriptor: int) -> bool:
    """Whether the lock could be taken."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _named(descriptor: int, path: Path) -> bool:
    """Whether this open file is the one that has the name."""
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    mine = os.fstat(descriptor)
    return (mine.st_dev, mine.st_ino) == (there.st_dev, there.st_ino)


def _forget(path: Path) -> None:
    """Remove an old file, but no lock that somebody holds."""
    if path.suffix != LOCK:
        path.unlink()
        return
    descriptor = open_private(path)
    try:
        if _locked(descriptor):
            path.unlink()
    finally:
        os.close(descriptor)


def _up_to(entries: Iterator[Entry], settled: int, run: Entry) -> Iterator[Entry]:
    """The first run's line, the settled statements, and the line of the run that goes on.

    What had started and is known to be done by what was found out later is done.
    """
    started: list[Entry] = []
    first = True
    for entry in entries:
        if entry.sign is Sign.RUN:
            if first:
                yield entry
            first = False
        elif entry.sign is Sign.STARTED:
            started.append(entry)
        elif entry.sign is Sign.SETTLED:
            over = [each for each in started if each.number <= min(entry.number, settled)]
            yield from (Entry(Sign.DONE, each.number, each.text_digest) for each in over)
        elif entry.sign in (Sign.DONE, Sign.FAILED, Sign.SET) and entry.number <= settled:
            started = [each for each in started if each.number > entry.number]
            yield entry
    yield run
