"""What InnoDB remembers: SHOW WARNINGS, and the newest deadlock and foreign-key error in its status."""

from __future__ import annotations

import re
from collections.abc import Iterator

from safesql.rewrite.probe import Probe

SECONDS = 5.0
LINES = 40
_STAMP = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d")
_NOISE = re.compile(r"^\s*(\d+: len \d+|Record lock, heap no|RECORD LOCKS space id|MariaDB thread id|MySQL thread id)")


def warnings() -> Probe:
    """Rows of level, number and text; MariaDB keeps them while a transaction begins, MySQL 8 only inside of one."""
    return Probe("SHOW WARNINGS", "what the server says besides", SECONDS)


def status() -> Probe:
    """One row, whose third cell is the text; needs the privilege PROCESS."""
    return Probe("SHOW ENGINE INNODB STATUS", "what InnoDB remembers", SECONDS)


def now() -> Probe:
    """The server's time, as its status tells times."""
    return Probe("SELECT NOW()", "the server's time", SECONDS)


def section(text: str, title: str) -> tuple[str, list[str]]:
    """When a section of the status was written, and its lines; empty where there is none.

    https://mariadb.com/kb/en/show-engine-innodb-status/
    """
    rule = r"-{4,}"
    begins, ends = rf"{rule}\n{re.escape(title)}\n{rule}\n", rf"(?=^{rule}\n|{rule}\n[A-Z ]+\n{rule}\n|\Z)"
    found = re.search(f"{begins}(.*?){ends}", text, re.MULTILINE | re.DOTALL)
    if found is None:
        return "", []
    stamp = _STAMP.search(found[1])
    return (stamp[0].replace("T", " ") if stamp else ""), found[1].strip().splitlines()


def told(lines: list[str]) -> Iterator[str]:
    """The lines that a person reads: without dumps of records."""
    kept = [line.rstrip() for line in lines if line.strip() and not _NOISE.match(line) and not line.startswith(" 0:")]
    yield from kept[:LINES]
    if len(kept) > LINES:
        yield f"and {len(kept) - LINES} further lines of SHOW ENGINE INNODB STATUS"
