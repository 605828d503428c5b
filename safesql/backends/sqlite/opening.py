"""Open a SQLite file or an empty database in memory."""

from __future__ import annotations

import os
import pwd
import sqlite3
from pathlib import Path
from urllib.parse import quote

from safesql.backends.sqlite.guarding import allowed
from safesql.backends.sqlite.rows import text_factory
from safesql.errors import CannotConnect
from safesql.target import Target

BUSY = 5.0
"""Seconds to wait for another connection's lock when the target names none."""
KEPT = 0
"""Statements that the driver keeps compiled: none, since an undo's statements of a thousand rows each are large."""


def opened(target: Target) -> sqlite3.Connection:
    """The driver's connection, in autocommit, with foreign keys enforced; raises CannotConnect."""
    wait = BUSY if target.lock_timeout is None else target.lock_timeout
    try:
        raw = sqlite3.connect(
            _uri(target), uri=True, timeout=wait, isolation_level=None, check_same_thread=False, cached_statements=KEPT
        )
    except sqlite3.Error as error:
        raise CannotConnect(f"{target.label} cannot be opened: {error}") from error
    raw.text_factory = text_factory
    try:
        _prepare(raw, target)
    except sqlite3.Error as error:
        raw.close()
        raise CannotConnect(f"{target.label} cannot be used: {error}") from error
    return raw


def _prepare(raw: sqlite3.Connection, target: Target) -> None:
    """Foreign keys are off unless asked for, and a file is not looked at until something is read from it."""
    raw.execute("PRAGMA foreign_keys = ON")
    if target.read_only:
        raw.execute("PRAGMA query_only = ON")
    raw.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if target.read_only:
        raw.set_authorizer(allowed)


def _uri(target: Target) -> str:
    """https://www.sqlite.org/uri.html; a path may hold any character."""
    if target.path in ("", ":memory:"):
        return "file::memory:"
    path = Path(target.path).expanduser().absolute()
    return f"file:{quote(str(path).encode('utf-8', 'surrogateescape'))}?mode={'ro' if target.read_only else 'rwc'}"


def login_name() -> str:
    """Who runs this process: SQLite has no users of its own."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())
