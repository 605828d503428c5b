"""Which plans were begun, and how that ended: one private file for each plan, under the digest of its bytes."""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from safesql.errors import CannotRecord, Drift
from safesql.store.private import open_private, private_folder, why

FOLDER = "plans"
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

    def take(self) -> None:
        """Hold it until ``close``; raises Drift when it was applied, or somebody applies it now."""
        self._descriptor = open_private(self.path)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self.close()
            raise Drift("this plan is being applied by another process at this moment") from error
        said = self._said()
        if said:
            self.close()
            raise Drift(said)

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

    def _said(self) -> str:
        """Why it may not be begun, or nothing."""
        begun: dict[str, Any] | None = None
        for event in self._events():
            begun = event if event.get("event") == "begun" else begun
            if event.get("event") == "ended" and event.get("stays") == NOTHING:
                begun = None
            elif event.get("event") == "ended":
                return _sentence(event)
        if begun is None:
            return ""
        return f"applying this plan was begun at {begun.get('time')}, and how that ended is not known; {_AGAIN}"

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


_AGAIN = "look at the target, then make a new plan of what is left"


def _sentence(event: dict[str, Any]) -> str:
    """What became of the run before."""
    when = event.get("time")
    match event.get("stays"):
        case "all":
            return f"this plan was applied at {when}; a plan is applied once"
        case "part":
            return f"this plan was applied in part at {when}; {_AGAIN}"
        case _:
            return f"this plan was begun, and how that ended at {when} is not known; {_AGAIN}"
