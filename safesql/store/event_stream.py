"""Where events go: lines appended to a file, a pipe or standard error, each handed to the system at once."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from typing import Any

from safesql.errors import CannotRecord, UsageError
from safesql.store.private import why

STDERR = 2


class EventStream:
    """Holds the descriptor; a file that is there already is added to, and a new one is its owner's alone."""

    def __init__(self, path: str) -> None:
        """``-`` is standard error. Raises UsageError where nothing can be written, before anything else happens."""
        self.path = "standard error" if path == "-" else path
        try:
            if path == "-":
                self._descriptor = os.dup(STDERR)
            else:
                flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOCTTY
                self._descriptor = os.open(path, flags, 0o600)
            if stat.S_ISREG(os.fstat(self._descriptor).st_mode):
                os.write(self._descriptor, b"")
        except OSError as error:
            raise UsageError(f"--events {path} cannot be written: {why(error)}; nothing was run") from error

    def write(self, event: Mapping[str, Any]) -> None:
        """One line, as a whole; raises CannotRecord when the reader has left or the disk is full."""
        data = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace") + b"\n"
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
        except OSError as error:
            raise CannotRecord(
                f"the events cannot be written to {self.path}: {why(error)}; a run that was to be followed stops after "
                "the current statement"
            ) from error

    def close(self) -> None:
        """Let go of it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
