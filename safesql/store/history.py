"""What was typed at the prompt, for the next session; secrets redacted, one file for each environment."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from safesql.errors import CannotRecord
from safesql.slotted import dataclass, field
from safesql.sql.redact import redact
from safesql.store.audit import now
from safesql.store.lines import Lines
from safesql.store.private import open_private, private_folder, why

LONGEST = 262_144          # characters; longer input is not typed but pasted, and stays out
NEWEST = 8 << 20           # bytes at the end of the file that are read back
_NAME = re.compile(r"[a-z]+")


@dataclass(slots=True)
class History:
    """Appends to one file; several shells at once may."""

    path: Path
    clock: Callable[[], datetime] = now
    _lines: Lines | None = field(default=None, repr=False)

    @classmethod
    def of(cls, folder: Path, environment: str) -> History:
        """The history of an environment in a state folder, so that production never recalls what was for a test."""
        if not _NAME.fullmatch(environment):
            raise ValueError(f"not an environment: {environment!r}")
        return cls(private_folder(folder) / f"history-{environment}.jsonl")

    def append(self, text: str) -> str:
        """Keep one input, and return it redacted as it is kept; "" for blank and overlong ones. Raises CannotRecord."""
        if not text.strip() or len(text) > LONGEST:
            return ""
        if self._lines is None:
            self._lines = Lines(self.path)
        kept = redact(text)
        line = json.dumps({"time": self.clock().isoformat(timespec="seconds"), "text": kept}).encode()
        self._lines.append_all((lambda _: line,), durable=False)
        return kept

    def load(self, limit: int = 10_000) -> list[str]:
        """The newest inputs, oldest of them first; raises CannotRecord when the file is not ours or not readable."""
        return self.newer()[0][-limit:] if limit > 0 else []

    def newer(self, after: int = 0) -> tuple[list[str], int]:
        """The inputs behind this byte, whoever appended them, and where they end; of a long file the end alone."""
        try:
            descriptor = open_private(self.path, os.O_RDONLY)
        except FileNotFoundError:
            return [], 0
        with os.fdopen(descriptor, "rb") as file:
            try:
                size = os.fstat(descriptor).st_size
                known = after if after <= size else 0            # the file was replaced by a shorter one
                start = max(known, size - NEWEST)
                file.seek(start)
                data = file.read(size - start)
            except OSError as error:
                raise CannotRecord(f"{self.path} cannot be read: {why(error)}") from error
        whole = data[: data.rfind(b"\n") + 1]                     # a line that is being written is for the next time
        lines = whole.split(b"\n")[1 if start > known else 0 :]
        return list(_texts(lines)), start + len(whole)


def _texts(lines: list[bytes]) -> Iterator[str]:
    """The inputs of the lines that can be read; what a crash left torn is skipped."""
    for line in lines:
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict) and isinstance(found.get("text"), str):
            yield found["text"]
