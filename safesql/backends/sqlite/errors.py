"""SQLite's errors in our terms, and an unreachable file as a sentence."""

from __future__ import annotations

import re
import sqlite3

from safesql.errors import StatementFailed

INTERRUPTED = "SQLITE_INTERRUPT"
_NEAR = re.compile(r'near "(.*)": syntax error', re.DOTALL)
_HINTS = {
    "SQLITE_BUSY": "another connection holds a lock; try again when it is done",
    "SQLITE_LOCKED": "another statement of this process holds a lock on the table",
    "SQLITE_READONLY": "the database was opened read-only, or its file may not be written",
    "SQLITE_FULL": "the disk is full",
}


def name_of(error: BaseException) -> str:
    """SQLite's own name for an error, such as SQLITE_BUSY; empty when the driver raised it itself."""
    return str(getattr(error, "sqlite_errorname", "") or "")


def failed(error: sqlite3.Error | sqlite3.Warning, text: str) -> StatementFailed:
    """The error of a statement; https://www.sqlite.org/rescode.html."""
    name = name_of(error)
    primary = "_".join(name.split("_")[:2])
    return StatementFailed(str(error), code=name, hint=_HINTS.get(primary, ""), position=_position(str(error), text))


def _position(message: str, text: str) -> int | None:
    """Where the word stands that SQLite stumbled over, if it stands there only once."""
    found = _NEAR.fullmatch(message)
    if found and found[1] and text.count(found[1]) == 1:
        return text.index(found[1])
    return None
