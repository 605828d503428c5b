"""What MySQL and MariaDB remember of a failure: warnings, and InnoDB's reports of deadlocks and foreign keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from safesql.backends.contract import Connection
from safesql.engine.doctor.asking import rows
from safesql.errors import StatementFailed
from safesql.rewrite.doctor import innodb

DEADLOCK = 1213
FOREIGN_KEY = frozenset({150, 1005, 1215, 1822, 1825, 1826, 3780, 6125})
"""Errors about the definition of a foreign key; https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html."""
WAITED = frozenset({1205})
SLACK = 2.0               # seconds: the server tells times without fractions
_NUMBER = re.compile(r"\(error (\d+)\)")


def number_of(error: StatementFailed) -> int:
    """The server's number, 0 where its words have none."""
    found = _NUMBER.search(str(error))
    return int(found[1]) if found else 0


def remembered(connection: Connection, error: StatementFailed, elapsed: float) -> Iterator[str]:
    """Sentences and lines of the server's own, newer than the statement's beginning; never raises."""
    yield from _warned(connection, error)
    number = number_of(error)
    if number == DEADLOCK:
        yield from _status(connection, "LATEST DETECTED DEADLOCK", elapsed, connection.server.session)
    elif number in FOREIGN_KEY:
        yield from _status(connection, "LATEST FOREIGN KEY ERROR", elapsed, "")


def _warned(connection: Connection, error: StatementFailed) -> Iterator[str]:
    """What the server says besides the error itself."""
    for level, number, text in rows(connection, innodb.warnings()) or ():
        if str(text) not in f"{error} {error.context}":
            yield f"{str(level).lower()} {number!s}: {text!s}"


def _status(connection: Connection, title: str, elapsed: float, session: str) -> Iterator[str]:
    """A section of the status, where it is about this very statement."""
    answer = rows(connection, innodb.status())
    if not answer:
        yield f"this account may not see InnoDB's report of it: {title} needs the privilege PROCESS"
        return
    stamp, lines = innodb.section(str(answer[0][2]), title)
    now = rows(connection, innodb.now())
    if not now or not lines or _age(stamp, str(now[0][0])) > elapsed + SLACK:
        return
    if session and not any(f"thread id {session}," in line for line in lines):
        return
    yield f"{title.lower()}, {stamp}:"
    yield from (f"  {line}" for line in innodb.told(lines[1:]))


def _age(stamp: str, now: str) -> float:
    """Seconds between two of the server's times; infinite where one is none."""
    try:
        return (datetime.fromisoformat(now[:19]) - datetime.fromisoformat(stamp[:19])).total_seconds()
    except ValueError:
        return float("inf")


