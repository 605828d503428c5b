"""The change counter in the header of a database file: every transaction that changed something has raised it.

https://www.sqlite.org/fileformat.html#file_change_counter
"""

from __future__ import annotations

from pathlib import Path

HEADER = 100
WRITE_VERSION = 18         # 2: a write-ahead log, which leaves the counter as it is
COUNTER = slice(24, 28)


def change_counter(path: str) -> str:
    """The counter, 0 for a file that is not there yet; empty for a database in memory and for a write-ahead log."""
    if path in ("", ":memory:"):
        return ""
    try:
        with Path(path).expanduser().open("rb") as file:
            header = file.read(HEADER)
    except FileNotFoundError:
        return "0"
    except OSError:
        return ""
    if len(header) < HEADER:
        return "0"
    if header[WRITE_VERSION] == 2:
        return ""
    return str(int.from_bytes(header[COUNTER], "big"))
