"""Scripts run twice, with statements on their way together and one by one, and all that a person could tell apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from safesql.backends import connect
from safesql.backends.contract import Answered, Connection
from safesql.config.profile import Profile
from safesql.engine.batch import Options, run
from safesql.engine.preflight import Demands
from safesql.engine.report import Report
from safesql.engine.script import text_source
from safesql.engine.session import Session
from safesql.engine.submit import Done
from safesql.engine.witness import NoWitness, Witness
from safesql.errors import SafesqlError
from safesql.guard.action import Action, Environment
from safesql.guard.analysis import effect_of
from safesql.guard.policy import Policy
from safesql.guard.verdict import Clearance, Verdict
from safesql.result import Result
from safesql.sql.splitter import split
from safesql.sql.statement import Statement
from safesql.store.audit import AuditLog
from safesql.target import Target


class Counting:
    """A connection that counts what went out together."""

    def __init__(self, connection: Connection) -> None:
        self.real = connection
        self.together: list[int] = []

    def execute_ahead(self, clearances: Sequence[Clearance], *, stops: bool) -> Answered:
        self.together.append(len(clearances))
        return self.real.execute_ahead(clearances, stops=stops)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


@dataclass(slots=True)
class Seen:
    """What a person and a program see of a run."""

    shown: list[object] = field(default_factory=list)
    tags: list[tuple[object, ...]] = field(default_factory=list)

    def show(self, result: Result) -> int:
        rows = [row for chunk in result for row in chunk]
        self.shown.append((tuple(column.name for column in result.columns), rows) if result.columns else ())
        return len(rows)

    def done(self, done: Done) -> None:
        self.tags.append((done.verdict.statement.text, done.summary, done.shown))


def session_to(target: Target, audit: AuditLog) -> tuple[Session, Counting]:
    """A session in development, where nothing is asked."""
    counting = Counting(connect(target))
    profile = Profile("test", target, policy=Policy(Environment.DEVELOPMENT))
    connection: Any = counting
    return Session(connection, profile, audit, user="me"), counting


def execute(connection: Connection, text: str) -> list[tuple[object, ...]]:
    """Statements of the test's own; the rows of the last."""
    rows: list[tuple[object, ...]] = []
    for piece in split(text, connection.dialect):
        assert isinstance(piece, Statement)
        result = connection.execute(Clearance(Verdict(piece, effect_of(piece), Action.ALLOW)))
        rows = list(result.rows())
        result.summary()
    return rows


@dataclass(slots=True)
class Noted(NoWitness):
    """How each statement ended, in the order in which it was told."""

    ends: list[tuple[str, int]] = field(default_factory=list)

    def after(self, done: Done, number: int) -> None:
        self.ends.append(("done", number))

    def failed(self, statement: Statement, number: int, error: SafesqlError) -> None:
        self.ends.append((type(error).__name__, number))

    def not_run(self, statement: Statement, number: int) -> None:
        self.ends.append(("not run", number))


def ran(
    session: Session, script: str, *, together: bool, mode: str, witness: Witness | None = None
) -> tuple[Report, Seen]:
    """Run a script; ``mode`` is "stop", "continue" or "-1"."""
    seen = Seen()
    on_error = "continue" if mode == "continue" else "stop"
    options = Options(
        on_error=on_error, demands=Demands(atomic=mode == "-1"), done=seen.done, together=together,
        witness=witness or NoWitness(),
        say=lambda name, text: seen.shown.append((name, text)),
    )  # fmt: skip
    total = sum(isinstance(piece, Statement) for piece in split(script, session.connection.dialect))
    return run(session, (text_source(script, 1),), options, seen.show, total), seen


def told(report: Report, seen: Seen) -> Iterator[object]:
    """All of it, but for the time it took."""
    yield [line for line in report.lines() if " statements in " not in line]
    yield report.exit_code, report.ran, report.committed, report.rolled_back, report.pending, dict(report.touched)
    yield type(report.end), str(report.end)
    for failure in report.failures:
        error = failure.error
        yield str(error), error.code, error.detail, error.context, error.position, failure.statement.place
    yield from seen.tags
    yield from (shown for shown in seen.shown if shown)
