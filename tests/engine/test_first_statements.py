"""What a profile begins a session with goes down the road like anything else, with nobody to ask."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from safesql.config.password import Passwords
from safesql.config.profile import Profile
from safesql.engine.connect import Around, open_session
from safesql.engine.question import Question, Reply
from safesql.engine.session import Session
from safesql.engine.submit import submit
from safesql.errors import CannotConnect, Refused
from safesql.guard.action import Environment
from safesql.guard.policy import Policy
from safesql.result import Result
from safesql.sql.statement import Statement
from safesql.store.trail import records
from safesql.target import Target
from tests.rig.logs import log_of

Begin = Callable[..., Session]


def _never(question: Question) -> Reply:
    raise AssertionError(f"asked about {question.verdict.statement.text}")


@pytest.fixture
def begin(target: Target, tmp_path: Path) -> Begin:
    """Opens a session of a profile with these first statements."""

    def make(*texts: str, read_only: bool = False) -> Session:
        around = Around(lambda: log_of(tmp_path / "state"), "me", Passwords({}, warn=print))
        policy = Policy(environment=Environment.STAGING)
        profile = Profile("app", replace(target, read_only=read_only), policy=policy, init=texts)
        return open_session(profile, around, _never)

    return make


def _rows(session: Session, text: str) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []

    def keep(result: Result) -> int:
        found.extend(result.rows())
        return len(found)

    submit(session, Statement(text, session.connection.dialect), keep)
    return found


SETS = {
    "postgres": ("SET application_name = 'begun'", "SELECT current_setting('application_name')", "begun"),
    "mysql": ("SET @begun = 'begun'; SET time_zone = '+01:00'", "SELECT @begun", "begun"),
    "sqlite": ("PRAGMA cache_size = 77", "PRAGMA cache_size", "77"),
}


def test_a_session_begins_with_them_and_so_does_the_next(begin: Begin, target: Target, tmp_path: Path) -> None:
    text, question, answer = SETS[target.backend]
    for _ in range(2):
        session = begin(text)
        with closing(session.connection), closing(session.audit):
            assert str(_rows(session, question)[0][0]) == answer
            assert session.ask is _never
    trail = [record for record in records(tmp_path / "state" / "audit.jsonl") if record.get("file")]
    assert {record["file"] for record in trail} == {"init 1 of app"}


def test_what_is_not_allowed_refuses_the_connection(begin: Begin, tmp_path: Path) -> None:
    made = begin("CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)")
    with closing(made.connection), closing(made.audit):
        with pytest.raises(Refused, match=r"init 2 of app is not allowed, so the connection was given up.*every row of t"):
            begin("SELECT 1", "DELETE FROM t")
        assert len(_rows(made, "SELECT * FROM t")) == 1
    assert any("refused" in str(record) for record in records(tmp_path / "state" / "audit.jsonl"))


def test_what_fails_refuses_the_connection(begin: Begin) -> None:
    with pytest.raises(CannotConnect, match="init 1 of app failed"):
        begin("SELECT * FROM nowhere")


@pytest.mark.parametrize("text", ["\\i x.sql", "SELECT 'open", "BEGIN"])
def test_commands_and_unfinished_things_are_refused(begin: Begin, text: str) -> None:
    with pytest.raises(Refused):
        begin(text)


def test_a_read_only_profile_begins_with_reads_alone(begin: Begin) -> None:
    begin("CREATE TABLE t (a int)").connection.close()
    with pytest.raises(Refused, match="only reads"):
        begin("CREATE TABLE u (a int)", read_only=True)
