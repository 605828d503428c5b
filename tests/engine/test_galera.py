"""A Galera cluster is one server with several nodes: what is known of it holds on each, and a lost node takes no writes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from safesql.config.password import Passwords
from safesql.config.profile import Profile
from safesql.config.target import target_of
from safesql.engine.connect import Around, open_session
from safesql.engine.keeper import Outcome
from safesql.engine.resume.outcome import outcome
from safesql.engine.resume.place import Script, run_entry
from safesql.engine.session import Session
from safesql.engine.submit import submit
from safesql.errors import Drift, Refused, StatementFailed
from safesql.guard.action import Environment
from safesql.guard.policy import Policy
from safesql.repl.place import place
from safesql.repl.prompt import prompt
from safesql.sql.splitter import split
from safesql.sql.statement import Statement
from safesql.store.ledger.course import Course
from safesql.store.ledger.entry import Entry, Sign
from safesql.target import Target
from tests.engine.resume.resume_rig import unseen
from tests.rig.galera import Cluster, ask, galera
from tests.rig.logs import log_of
from tests.rig.programs import find_galera, find_mariadb

pytestmark = pytest.mark.skipif(sys.platform == "darwin", reason="Homebrew's MariaDB comes without Galera")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Two nodes with a table of ten bills."""
    folder = Path(tempfile.mkdtemp(prefix="safesql-galera-", dir="/tmp"))
    programs, library = find_mariadb(), find_galera()
    assert programs is not None and library is not None, "MariaDB's server and its galera-4 are needed"
    try:
        with galera(programs, library, folder) as both:
            ask(both.first, "CREATE DATABASE shop")
            ask(both.first, "CREATE TABLE shop.billing (id int PRIMARY KEY, paid int)")
            yield both
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def bills(cluster: Cluster) -> None:
    ask(cluster.first, "REPLACE INTO shop.billing SELECT seq, 0 FROM shop.seq_1_to_10")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., Session]]:
    """Sessions of people who may answer nothing."""
    sessions: list[Session] = []

    def make(where: str | Target, identity: str = "") -> Session:
        target = where if isinstance(where, Target) else target_of(f"{where}shop", {})
        profile = Profile("shop", target, Policy(Environment.PRODUCTION), identity=identity, wants_primary=True)
        passwords = Passwords({"HOME": str(tmp_path)}, lambda _sentence: None)
        sessions.append(open_session(profile, Around(lambda: log_of(tmp_path / "state"), "me", passwords)))
        return sessions[-1]

    yield make
    for session in sessions:
        session.connection.close()


def send(session: Session, text: str) -> int | None:
    piece = next(iter(split(text, session.connection.dialect)))
    assert isinstance(piece, Statement)
    return submit(session, piece, unseen).summary.affected


def test_every_node_is_the_same_server_and_another_one_is_not(cluster: Cluster, opened: Callable[..., Session], mariadb_target: Target) -> None:
    first, second = opened(cluster.first), opened(cluster.second)
    here, there = first.connection.server, second.connection.server
    assert here.identity == there.identity != ""
    assert here.node != there.node
    assert opened(cluster.second, here.identity).connection.server.replica is False
    with pytest.raises(Drift, match="pins identity"):
        opened(mariadb_target, here.identity)


def test_what_one_node_committed_is_seen_on_the_other_at_once(cluster: Cluster, opened: Callable[..., Session]) -> None:
    first, second = opened(cluster.first), opened(cluster.second)
    for paid in range(1, 20):
        assert send(first, f"UPDATE billing SET paid = {paid} WHERE id = 3") == 1
        assert send(second, f"UPDATE billing SET paid = 0 WHERE id = 3 AND paid = {paid}") == 1


def test_a_commit_that_another_node_forestalled_is_told_as_undone(cluster: Cluster, opened: Callable[..., Session]) -> None:
    first, second = opened(cluster.first), opened(cluster.second)
    send(second, "BEGIN")
    assert send(second, "UPDATE billing SET paid = 2 WHERE id = 4") == 1
    assert send(first, "UPDATE billing SET paid = 1 WHERE id = 4") == 1
    with pytest.raises(StatementFailed, match="Deadlock"):
        send(second, "COMMIT")
    assert second.connection.transaction.value == "none"
    assert [tuple(row) for row in ask(cluster.second, "SELECT paid FROM shop.billing WHERE id = 4")] == [(1,)]


def test_what_was_done_on_one_node_is_undone_on_the_other(cluster: Cluster, tmp_path: Path) -> None:
    def safesql(*words: str) -> str:
        env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8"}
        command = [sys.executable, "-m", "safesql", *words]
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    safesql(f"{cluster.first}shop", "--environment", "development", "-c", "DELETE FROM billing WHERE id <= 4")
    assert len(ask(cluster.second, "SELECT * FROM shop.billing")) == 6
    safesql("undo", f"{cluster.second}shop")
    assert len(ask(cluster.first, "SELECT * FROM shop.billing")) == 10


def test_only_the_node_that_was_asked_knows_what_became_of_it(cluster: Cluster, opened: Callable[..., Session]) -> None:
    first = opened(cluster.first)
    run, _ = run_entry(first, Script("x", ("x.sql",)))
    course = Course().read([run, Entry(Sign.STARTED, 1)])
    first.connection.close()
    assert outcome(opened(cluster.first).connection, course) is Outcome.ROLLED_BACK
    assert outcome(opened(cluster.second).connection, course) is Outcome.UNKNOWN


def test_a_node_that_lost_the_others_takes_no_writes_and_says_so(cluster: Cluster, opened: Callable[..., Session]) -> None:
    session = opened(cluster.second)
    assert "replica" not in "".join(text for _, text in prompt(place(session)))
    cluster.cut()
    try:
        session.role._asked = 0.0                            # as if a second had gone by
        with pytest.raises(Refused, match="was a primary when this session began and is a replica now"):
            send(session, "UPDATE billing SET paid = 9 WHERE id = 5")
        assert "role changed" in "".join(text for _, text in prompt(place(session)))
        late = opened(cluster.second)
        assert late.connection.server.replica is True
        with pytest.raises(Refused, match="this server is a replica, and the profile is for the primary"):
            send(late, "UPDATE billing SET paid = 9 WHERE id = 5")
    finally:
        cluster.mend()
    assert [tuple(row) for row in ask(cluster.second, "SELECT paid FROM shop.billing WHERE id = 5")] == [(0,)]
