"""Statements by what stands behind their names: judged, and executed to prove the verdict."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from safesql.engine.session import Session
from safesql.engine.stopped import Stopped
from safesql.engine.submit import submit
from safesql.guard.verdict import Verdict
from safesql.sql.splitter import split
from safesql.sql.statement import Statement

KEPT = 3                                    # rows of the table kept, which every danger empties
Rows = Callable[[], int]
Case = tuple[str, str]
"""A statement, and a part of the sentence that stops it; empty where it must pass."""


def statement_of(text: str, session: Session) -> Statement:
    (statement,) = split(text, session.connection.dialect)
    assert isinstance(statement, Statement)
    return statement


def send(session: Session, text: str) -> None:
    submit(session, statement_of(text, session), lambda result: sum(len(chunk) for chunk in result))


def verdict(session: Session, text: str) -> Verdict:
    return session.looked_up(statement_of(text, session))


def said(session: Session, text: str) -> str:
    return "; ".join(finding.message for finding in verdict(session, text).findings)


def wrong(session: Session, cases: Sequence[Case], kept: Rows, unguarded: Callable[[str], int]) -> list[str]:
    """Runs each case: what passes must leave the rows, what is stopped must say why, and would have emptied the table.

    ``unguarded`` executes a statement, returns the rows that are left then, and takes everything back.
    """
    found: list[str] = []
    for text, why in cases:
        try:
            send(session, text)
        except Stopped as stopped:
            sentences = "; ".join(finding.message for finding in stopped.verdict.findings)
            if not why or why not in sentences:
                found.append(f"{text} was stopped: {sentences}")
            elif unguarded(text) == KEPT:
                found.append(f"{text} was stopped, and would have left all rows")
            continue
        if why:
            found.append(f"{text} was let through")
        if kept() != KEPT:
            found.append(f"{text} was let through and left {kept()} rows")
    return found
