"""Which plans were begun, and how that ended: one private file for each plan, under the digest of its bytes."""

from __future__ import annotations

import fcntl
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from safesql.errors import CannotRecord, Drift, UsageError
from safesql.slotted import dataclass, field
from safesql.store.private import open_private, private_folder, why

FOLDER = "plans"
ALL = "all"
NOTHING = "nothing"        # of it stays: it may be begun again


@dataclass(slots=True)
class Applied:
    """Holds the file of one plan under a lock, from before its first statement until its end is written down."""

    path: Path
    _descriptor: int = field(default=-1, repr=False)

    @classmethod
    def of(cls, folder: Path, digest: str) -> Applied:
        """Of a plan, in the state folder; raises CannotRecord when that cannot be used."""
        return cls(private_folder(private_folder(folder) / FOLDER) / f"{digest}.jsonl")

    def take(self, *, again: bool = False) -> None:
        """Hold it until ``close``; raises Drift when it was applied, or somebody applies it now.

        With ``again`` one may go on that was not applied to its end; raises UsageError where there is none.
        """
        self._descriptor = open_private(self.path)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self.close()
            raise Drift("this plan is being applied by another process at this moment") from error
        last = self._last()
        if again and last is None:
            self.close()
            raise UsageError("nothing to resume: nothing of this plan was applied; apply it without --resume")
        if last is not None and not (again and last.get("stays") != ALL):
            self.close()
            raise Drift(_sentence(last))

    def begun(self, moment: datetime, by: str) -> None:
        """About to send its first statement; on disk on return. Raises CannotRecord."""
        self._write({"event": "begun", "time": moment.isoformat(timespec="seconds"), "by": by})

    def ended(self, moment: datetime, stays: str) -> None:
        """``stays`` is "all", "nothing", "part" or "unknown"; raises CannotRecord."""
        self._write({"event": "ended", "time": moment.isoformat(timespec="seconds"), "stays": stays})

    def close(self) -> None:
        """Let go of it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _last(self) -> dict[str, Any] | None:
        """The event that says how it stands; None where nothing of it stays."""
        last: dict[str, Any] | None = None
        for event in self._events():
            last = None if event.get("stays") == NOTHING else event
        return last

    def _events(self) -> list[dict[str, Any]]:
        """All lines; one that cannot be read stands for an attempt whose end is not known."""
        data = os.pread(self._descriptor, os.fstat(self._descriptor).st_size, 0)
        found = []
        for line in data.splitlines():
            try:
                event = json.loads(line)
            except ValueError:
                event = {"event": "begun", "time": "a time that cannot be read"}
            found.append(event if isinstance(event, dict) else {"event": "begun", "time": "?"})
        return found

    def _write(self, event: dict[str, Any]) -> None:
        """One line, on disk on return."""
        data = json.dumps(event).encode() + b"\n"
        try:
            if os.write(self._descriptor, data) != len(data):
                raise CannotRecord(f"{self.path} cannot be written: the disk is full")
            os.fsync(self._descriptor)
        except OSError as error:
            raise CannotRecord(f"{self.path} cannot be written: {why(error)}; nothing runs unrecorded") from error


_AGAIN = "once the cause is repaired, --resume goes on with what is left; else look at the target, and make a new plan"


def _sentence(event: dict[str, Any]) -> str:
    """What became of the run before."""
    when = event.get("time")
    if event.get("event") != "ended":
        return f"applying this plan was begun at {when}, and how that ended is not known; {_AGAIN}"
    match event.get("stays"):
        case "all":
            return f"this plan was applied at {when}; a plan is applied once"
        case "part":
            return f"this plan was applied in part at {when}; {_AGAIN}"
        case _:
            return f"this plan was begun, and how that ended at {when} is not known; {_AGAIN}"
