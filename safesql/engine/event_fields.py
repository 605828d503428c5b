"""Statements, errors and refusals as the fields of an event; whatever may be a secret is replaced by stars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from safesql.engine.location import location
from safesql.engine.stopped import Stopped
from safesql.engine.submit import Done
from safesql.errors import (
    Cancelled,
    ConnectionLost,
    Declined,
    Drift,
    OutcomeUnknown,
    Refused,
    SafesqlError,
    StatementFailed,
    UsageError,
)
from safesql.guard.rule import Finding
from safesql.result import Notice
from safesql.sql.redact import redact
from safesql.sql.statement import Statement

LONGEST = 4096             # characters of a statement that are told
FATES: tuple[tuple[type[SafesqlError], str], ...] = (
    (OutcomeUnknown, "unknown"),
    (Cancelled, "cancelled"),
    (StatementFailed, "failed"),
    (ConnectionLost, "connection lost"),
    (Drift, "drift"),
    (Declined, "declined"),
    (Refused, "refused"),
    (UsageError, "refused"),
)


def place(statement: Statement, number: int) -> dict[str, Any]:
    """Which statement of the run, and where it stands in the script."""
    at = statement.place
    return {"number": number, "file": at.source, "line": at.line, "column": at.column}


def text(statement: Statement) -> dict[str, Any]:
    """The beginning of its text; with its length where that is not all of it."""
    told = {"statement": redact(statement.text[:LONGEST])}
    return told if len(statement.text) <= LONGEST else {**told, "statement_length": len(statement.text)}


def done(of: Done) -> dict[str, Any]:
    """What the guard said of a statement, who answered, and what the server did."""
    verdict, effect = of.verdict, of.verdict.effect
    return {
        "verb": effect.verb,
        "target": str(effect.target) if effect.target is not None else None,
        "verdict": verdict.action.word,
        "rules": list(verdict.rules),
        "answer": _answer(of),
        "outcome": of.fate.value,
        "tag": of.summary.tag,
        "rows": of.summary.affected,
        "shown": of.shown,
        "seconds": round(of.seconds, 6),
    }


def _answer(of: Done) -> Mapping[str, str] | None:
    """The yes that the statement was let through by."""
    yes = of.confirmation
    return None if yes is None else {"by": yes.by, "how": yes.answer.value, "reason": redact(yes.reason)}


def notice(of: Notice) -> dict[str, Any]:
    """A message beside the result."""
    told = {"severity": of.severity, "message": redact(of.text), "code": of.code}
    return told | {"detail": redact(of.detail), "hint": redact(of.hint)}


def error(of: SafesqlError, statement: Statement | None = None) -> dict[str, Any]:
    """What went wrong, in the server's words where it said something, with the place in the script."""
    kind = next((word for each, word in FATES if isinstance(of, each)), "error")
    told: dict[str, Any] = {"outcome": kind, "message": redact(str(of)), "exit_code": of.exit_code}
    if isinstance(of, StatementFailed):
        told |= {"code": of.code, "detail": redact(of.detail), "hint": redact(of.hint), "context": redact(of.context)}
        if of.position is not None and statement is not None:
            at = location(statement, of.position)
            told["at"] = {"line": at.line, "column": at.column}
    if isinstance(of, Stopped):
        told["findings"] = [finding(each, of.verdict.statement) for each in of.verdict.findings]
        told["instead"] = [redact(each) for each in of.instead]
    return told


def finding(of: Finding, statement: Statement) -> dict[str, Any]:
    """One hit of one rule."""
    at = location(statement, of.at.start)
    told = {"rule": of.rule, "action": of.action.word, "message": redact(of.message)}
    return told | {"line": at.line, "column": at.column}
