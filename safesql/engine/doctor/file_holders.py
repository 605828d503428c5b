"""Who holds a SQLite file, by the kernel's list of locks: Linux alone tells."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

LOCKS = Path("/proc/locks")
PROCESSES = Path("/proc")
BESIDE = ("", "-wal", "-shm", "-journal")
WIDTH = 80


def holders(path: str, own: int) -> tuple[str, ...]:
    """A sentence for each process with a lock on the file or those beside it; empty where nothing tells.

    https://man7.org/linux/man-pages/man5/proc_locks.5.html: kind, strictness, READ or WRITE, pid, device:inode.
    """
    try:
        lines = LOCKS.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return ()
    wanted = set(_identities(path))
    held: dict[int, set[str]] = {}
    for line in lines:
        fields = line.split()
        if len(fields) >= 6 and fields[1] != "->" and _identity(fields[5]) in wanted and int(fields[4]) > 0:
            held.setdefault(int(fields[4]), set()).add(fields[3])
    return tuple(_sentence(pid, modes) for pid, modes in held.items() if pid != own)


def _identities(path: str) -> Iterator[tuple[int, int, int]]:
    """Device and inode of the database and the files beside it."""
    for suffix in BESIDE:
        try:
            seen = Path(path + suffix).stat()
        except OSError:
            continue
        yield os.major(seen.st_dev), os.minor(seen.st_dev), seen.st_ino


def _identity(text: str) -> tuple[int, int, int] | None:
    """``08:01:1234`` with a device in hexadecimal."""
    parts = text.split(":")
    try:
        return int(parts[0], 16), int(parts[1], 16), int(parts[2])
    except (ValueError, IndexError):
        return None


def _sentence(pid: int, modes: set[str]) -> str:
    """Process, what it is, and whether it reads or writes."""
    try:
        words = (PROCESSES / str(pid) / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        words = []
    program = " ".join(word for word in words if word)
    shown = f" ({program[:WIDTH]}{'...' if len(program) > WIDTH else ''})" if program else ""
    return f"process {pid}{shown} holds the file for {'writing' if 'WRITE' in modes else 'reading'}"
