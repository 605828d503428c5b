"""A session with an undo journal on a real server, and the rows of its tables as the server prints them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg

from safesql.backends import connect
from safesql.config.profile import Profile
from safesql.engine.keeper import NoKeeper
from safesql.engine.question import Choice, Question, Reply
from safesql.engine.session import Session
from safesql.engine.submit import submit
from safesql.engine.undoing.attach import keeper_of
from safesql.engine.undoing.keeper import UndoKeeper
from safesql.engine.undoing.takeback import take_back, undoable
from safesql.guard.action import Environment, Undo
from safesql.guard.policy import Policy
from safesql.result import Result
from safesql.rewrite.probe import Probe
from safesql.sql.splitter import split
from safesql.sql.statement import Statement
from safesql.target import Target
from tests.rig.logs import log_of


def session_to(target: Target, folder: Path, policy: Policy | None = None) -> Session:
    """Keeps everything; whoever is asked says yes, and what was asked is in ``asked_of(session)``."""
    policy = policy or Policy(environment=Environment.DEVELOPMENT, undo=Undo.WHEN_POSSIBLE)
    session = Session(connect(target), Profile("test", target, policy=policy), log_of(folder / "state"), user="me")
    session.keeper = keeper_of(session, folder / "state")
    session.ask = Yes()
    return session


class Yes:
    """Says yes, and remembers the questions."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def __call__(self, question: Question) -> Reply:
        self.messages += [finding.message for finding in question.verdict.findings]
        return Reply(Choice.RUN, typed=question.expected)


def keeper(session: Session) -> UndoKeeper:
    assert isinstance(session.keeper, UndoKeeper)
    return session.keeper


def asked_of(session: Session) -> list[str]:
    assert isinstance(session.ask, Yes)
    return session.ask.messages


def run(session: Session, text: str) -> None:
    """Statements down the guarded road."""
    for statement in split(text, session.connection.dialect):
        assert isinstance(statement, Statement)
        submit(session, statement, _counted)


def set_up(session: Session, text: str) -> None:
    """Statements of which nothing is kept."""
    kept, session.keeper = session.keeper, NoKeeper()
    try:
        run(session, text)
    finally:
        session.keeper = kept


def undo(session: Session, number: int | None = None) -> int:
    """Take back the last change, or one entry; returns its id."""
    entry = undoable(keeper(session), number)
    take_back(session, keeper(session), entry, lambda statement: run_one(session, statement))
    return entry.id


def run_one(session: Session, statement: Statement) -> int | None:
    return submit(session, statement, _counted).summary.affected


def rows(session: Session, *tables: str) -> dict[str, list[str]]:
    """Every row of these tables, exactly, in an order of its own."""
    return {table: sorted(map(repr, _all(session, table))) for table in tables}


def copied(target: Target, table: str) -> bytes:
    """The rows of one table as PostgreSQL itself writes them, in binary, by a session of their own."""
    query = f"COPY (SELECT * FROM {table} ORDER BY id) TO STDOUT (FORMAT binary)".encode()
    with (
        psycopg.connect(host=target.host, port=target.port, user=target.user, dbname=target.database) as other,
        other.cursor().copy(query) as copy,
    ):
        return b"".join(bytes(part) for part in copy)


def _all(session: Session, table: str) -> Iterator[object]:
    return session.connection.query(Probe(f"SELECT * FROM {table}", "all rows")).rows()


def _counted(result: Result) -> int:
    return sum(len(chunk) for chunk in result)
