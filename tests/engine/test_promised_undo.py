"""A missing undo is asked about where somebody may rely on undo, and refuses nothing where nobody asked for one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from safesql.backends import connect
from safesql.config.profile import Profile
from safesql.engine.question import Choice, Question, Reply
from safesql.engine.session import Session
from safesql.engine.stopped import Stopped
from safesql.engine.submit import Fate, submit
from safesql.engine.undoing.attach import attach
from safesql.errors import Declined
from safesql.guard.action import Environment, Undo
from safesql.guard.policy import Policy
from safesql.result import Result
from safesql.sql.splitter import split
from safesql.sql.statement import Statement
from safesql.store.audit import AuditLog
from safesql.target import Target

Open = Callable[..., Session]


@pytest.fixture
def opened(tmp_path: Path, audit: AuditLog) -> Open:
    """A session at a table without a key that undo could go by; ``undo`` is the policy's."""
    target = Target("sqlite", path=str(tmp_path / "x.db"), dialect="sqlite")

    def make(environment: Environment, undo: Undo | None) -> Session:
        profile = Profile("", target, Policy(environment, undo=undo))
        session = Session(connect(target), profile, audit)
        for text in ("CREATE TABLE IF NOT EXISTS u (a)", "CREATE VIEW IF NOT EXISTS v AS SELECT a FROM u",
                     "CREATE TRIGGER IF NOT EXISTS g INSTEAD OF DELETE ON v BEGIN DELETE FROM u WHERE a = OLD.a; END"):
            run(session, text)
        session.forget_fresh()
        attach(session, tmp_path / "journal", unsaid=Undo.WHEN_POSSIBLE)
        return session

    return make


def run(session: Session, text: str) -> Fate:
    piece = split(text + ";", session.connection.dialect)[0]
    assert isinstance(piece, Statement)
    return submit(session, piece, shown).fate


def shown(result: Result) -> int:
    return sum(len(chunk) for chunk in result)


def no(question: Question) -> Reply:
    assert "no-undo" in question.verdict.rules
    return Reply(Choice.CANCEL)


DELETE = "DELETE FROM v WHERE a = 1"


def test_with_nobody_to_ask_and_a_policy_that_says_nothing_it_runs(opened: Open) -> None:
    assert run(opened(Environment.PRODUCTION, None), DELETE) is Fate.DONE


def test_somebody_is_asked(opened: Open) -> None:
    session = opened(Environment.PRODUCTION, None)
    session.ask = no
    with pytest.raises(Declined):
        run(session, DELETE)


@pytest.mark.parametrize("undo", [Undo.WHEN_POSSIBLE, Undo.REQUIRED])
def test_a_policy_that_asks_for_undo_stops_it(opened: Open, undo: Undo) -> None:
    with pytest.raises(Stopped):
        run(opened(Environment.PRODUCTION, undo), DELETE)


def test_in_development_only_a_policy_stops_it(opened: Open) -> None:
    session = opened(Environment.DEVELOPMENT, None)
    session.ask = no
    assert run(session, DELETE) is Fate.DONE
    session = opened(Environment.DEVELOPMENT, Undo.WHEN_POSSIBLE)
    session.ask = no
    with pytest.raises(Declined):
        run(session, DELETE)
