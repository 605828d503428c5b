"""Audit logs of tests whose sessions nobody closes; without this the files of a thousand tests stay open."""

from __future__ import annotations

from pathlib import Path

from safesql.store.audit import AuditLog

OPENED: list[AuditLog] = []


def log_of(folder: Path) -> AuditLog:
    """The log in a folder; let go of after the test."""
    OPENED.append(AuditLog.of(folder))
    return OPENED[-1]


def let_go() -> None:
    """Close those of the test that has ended; one that is written to again opens its file again."""
    while OPENED:
        OPENED.pop().close()
