"""Behind a real PgBouncer: what depends on the session is refused or done otherwise, and the rest works."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from safesql.config.password import Passwords
from safesql.config.profile import Profile
from safesql.config.target import target_of
from safesql.engine.connect import Around, open_session
from safesql.engine.session import Session
from safesql.engine.submit import submit
from safesql.errors import CannotConnect, Refused
from safesql.guard.action import Environment
from safesql.guard.policy import Policy
from safesql.sql.splitter import split
from safesql.sql.statement import Statement
from safesql.target import Target
from tests.engine.resume.resume_rig import execute, unseen
from tests.engine.undo_rig import session_to, undo
from tests.rig.logs import log_of
from tests.rig.pgbouncer import pgbouncer
from tests.rig.programs import find_pgbouncer

Pooled = Callable[[str], Target]


@pytest.fixture
def pooled(postgres_target: Target, postgres_url: str) -> Iterator[Pooled]:
    """Poolers in a mode, before a database of the test's own."""
    program = find_pgbouncer()
    if program is None:
        pytest.skip("pgbouncer is not installed, and tests/run could not install it")
    folder = Path(tempfile.mkdtemp(prefix="safesql-pool-", dir="/tmp"))
    folder.chmod(0o711)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)

        def start(mode: str) -> Target:
            url = stack.enter_context(pgbouncer(program, folder / mode, postgres_url, mode))
            return replace(target_of(url, {}), database=postgres_target.database)

        yield start


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[Target], Session]]:
    """Sessions in production of somebody who may answer nothing."""
    sessions: list[Session] = []

    def make(target: Target) -> Session:
        profile = Profile("shop", target, Policy(Environment.PRODUCTION))
        passwords = Passwords({"HOME": str(tmp_path)}, lambda _sentence: None)
        sessions.append(open_session(profile, Around(lambda: log_of(tmp_path / "state"), "me", passwords)))
        return sessions[-1]

    yield make
    for session in sessions:
        session.connection.close()


def run(session: Session, text: str) -> None:
    for piece in split(text, session.connection.dialect):
        assert isinstance(piece, Statement)
        submit(session, piece, unseen)


STATEFUL = (
    "SET search_path = archive", "CREATE TEMP TABLE x (a int)", "PREPARE q AS SELECT 1", "LISTEN news",
    "SELECT pg_advisory_lock(1)", "SELECT set_config('search_path', 'archive', false)",
)  # fmt: skip


def test_what_a_session_would_keep_is_refused(pooled: Pooled, opened: Callable[[Target], Session]) -> None:
    target = pooled("transaction")
    session = opened(target)
    assert session.connection.server.pooled
    for text in STATEFUL:
        with pytest.raises(Refused, match=r"pooled-session-state|the pooler gives to others"):
            run(session, text)
    run(session, "BEGIN; SET LOCAL search_path = pg_catalog; SELECT pg_advisory_xact_lock(1); COMMIT")
    path = execute(target, "SHOW search_path")
    assert path == [('"$user", public',)]


def test_what_needs_no_session_works(pooled: Pooled, opened: Callable[[Target], Session], tmp_path: Path) -> None:
    target = pooled("transaction")
    session = session_to(target, tmp_path)
    run(session, "CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t VALUES (1, 1), (2, 2), (3, 3)")
    run(session, "UPDATE t SET a = 9 WHERE id = 2; BEGIN; DELETE FROM t WHERE id = 3; COMMIT")
    assert execute(target, "SELECT * FROM t ORDER BY 1") == [("1", "1"), ("2", "9")]
    undo(session)
    undo(session)
    assert execute(target, "SELECT * FROM t ORDER BY 1") == [("1", "1"), ("2", "2"), ("3", "3")]
    session.connection.close()
    second = opened(target).second_connection()
    assert second is not None
    second.close()


def test_which_server_answers_is_asked_before_a_change(pooled: Pooled, opened: Callable[[Target], Session]) -> None:
    session = opened(pooled("transaction"))
    session.role._asked, session.role.now = 0.0, replace(session.role.began, identity="another", replica=True)
    assert session.role.changed(session.connection)
    run(session, "CREATE TABLE t (a int)")
    assert session.role.now == session.role.began


def test_limits_that_would_leak_are_refused_before_anything_is_sent(pooled: Pooled, opened: Callable[[Target], Session]) -> None:
    target = pooled("transaction")
    with pytest.raises(CannotConnect, match="would leak into the sessions of others"):
        opened(replace(target, statement_timeout=5.0))
    with pytest.raises(CannotConnect, match="would leak into the sessions of others"):
        opened(replace(target, read_only=True))
    assert execute(target, "SHOW statement_timeout") == [("0",)]


def test_statement_pooling_is_refused_with_its_reason(pooled: Pooled, opened: Callable[[Target], Session]) -> None:
    with pytest.raises(CannotConnect, match="pools by statement"):
        opened(pooled("statement"))
