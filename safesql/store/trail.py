"""Read the audit log back, and find out whether a line of it was changed, removed or torn."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from safesql.slotted import dataclass
from safesql.store.lines import START, digest
from safesql.store.private import open_private


@dataclass(frozen=True, slots=True)
class Record:
    """One line: its number from 1, its fields (None when it is no JSON object), and whether its chain holds."""

    line: int
    fields: dict[str, Any] | None
    chained: bool


def trail(path: Path) -> Iterator[Record]:
    """All lines, oldest first, in constant memory; a torn last line is left out, a missing file has none.

    Raises CannotRecord when the file is not a private one of ours.
    """
    try:
        descriptor = open_private(path, os.O_RDONLY)
    except FileNotFoundError:
        return
    previous = START
    with os.fdopen(descriptor, "rb") as file:
        for number, raw in enumerate(file, start=1):
            if not raw.endswith(b"\n"):
                return
            line = raw[:-1]
            found = _fields(line)
            yield Record(number, found, found is not None and found.get("prev") == previous)
            previous = digest(line)


def records(path: Path) -> Iterator[dict[str, Any]]:
    """The fields of every readable line, oldest first."""
    return (record.fields for record in trail(path) if record.fields is not None)


def broken(path: Path) -> tuple[int, ...]:
    """The numbers of the lines that are torn, or whose chain to the line before does not hold."""
    return tuple(record.line for record in trail(path) if not record.chained)


def _fields(line: bytes) -> dict[str, Any] | None:
    """A line as an object, or None for what a crash or a hand left behind."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
