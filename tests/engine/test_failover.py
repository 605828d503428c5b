"""A replica where the primary is wanted, and a failover in the middle of a session, on real pairs of servers."""

from __future__ import annotations

import re
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
from safesql.errors import Drift, Refused, SafesqlError
from safesql.guard.action import Environment
from safesql.guard.policy import Policy
from safesql.repl.place import place
from safesql.repl.prompt import prompt
from safesql.sql.splitter import split
from safesql.sql.statement import Statement
from safesql.target import Target
from tests.engine.planning.conftest import Home, shop
from tests.engine.resume.resume_rig import execute, unseen
from tests.rig.logs import log_of
from tests.rig.programs import find_mariadb, find_postgres
from tests.rig.replicas import Pair, mariadb_pair, postgres_pair, until

DATABASE = {"postgres": "postgres", "mysql": "shop"}
TOOK_OVER = {
    "postgres": "this server took over from another since: planned for 00000001, and it says 00000002",
    "mysql": "this is another server: planned for ",
}
"""A pair of PostgreSQL is one cluster, and counts its timelines; each server of MariaDB has an identity of its own."""


@pytest.fixture(params=["postgres", "mariadb"])
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    """A pair that may be failed over, with a table that both have."""
    folder = Path(tempfile.mkdtemp(prefix="safesql-pair-", dir="/tmp"))
    folder.chmod(0o711)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        postgres, mariadb = find_postgres(), find_mariadb()
        assert postgres is not None and mariadb is not None
        made = stack.enter_context(
            postgres_pair(postgres, folder) if request.param == "postgres" else mariadb_pair(mariadb, folder)
        )
        first = target_of(made.primary, {})
        if first.backend == "mysql":
            execute(first, "CREATE DATABASE shop")
        yield made


def named(url: str) -> Target:
    target = target_of(url, {})
    return replace(target, database=DATABASE[target.backend])


def led_to(home: Home, url: str) -> None:
    """The profile's host and port are those of a URL now."""
    config = home.folder / ".config/safesql/config.toml"
    config.write_text(re.sub(r"127\.0\.0\.1:[0-9]+", url.partition("@")[2].partition("/")[0], config.read_text()))


def _rows(url: str) -> int:
    try:
        return len(execute(named(url), "SELECT * FROM orders"))
    except SafesqlError:
        return -1


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., Session]]:
    """Sessions in production, of people who may answer nothing."""
    sessions: list[Session] = []

    def make(url: str, identity: str = "", *, wants_primary: bool = False) -> Session:
        profile = Profile("shop", named(url), Policy(Environment.PRODUCTION), identity=identity, wants_primary=wants_primary)
        passwords = Passwords({"HOME": str(tmp_path)}, lambda _sentence: None)
        sessions.append(open_session(profile, Around(lambda: log_of(tmp_path / "state"), "me", passwords)))
        return sessions[-1]

    yield make
    for session in sessions:
        session.connection.close()


def statement(session: Session, text: str) -> Statement:
    piece = next(iter(split(text, session.connection.dialect)))
    assert isinstance(piece, Statement)
    return piece


def shown(session: Session) -> str:
    return "".join(text for _, text in prompt(place(session)))


def test_a_failover_is_seen_and_asked_about_and_no_plan_survives_it(
    pair: Pair, opened: Callable[..., Session], tmp_path: Path
) -> None:
    home = shop(named(pair.named), tmp_path)
    home.planned("DELETE FROM orders WHERE state = 'old';\n")
    home.approved()
    until(lambda: _rows(pair.replica) == 20, "the replica to have the rows")
    led_to(home, pair.replica)
    home.refused(6, "this server is a replica: what is written here is refused, or lost", "nothing was sent")
    done = home.safesql("plan", "changes.sql", "-p", "shop", code=6)
    assert "this server is a replica: nothing that is planned here could be applied" in done.stderr
    led_to(home, pair.named)
    reader = opened(pair.replica, wants_primary=True)
    assert "replica" in shown(reader)
    with pytest.raises(Refused, match="the profile is for the primary"):
        submit(reader, insert(reader, 101), unseen)
    writer, near = opened(pair.named, wants_primary=True), opened(pair.primary)
    identity = writer.connection.server.identity
    assert identity and writer.connection.server.replica is False
    submit(writer, insert(writer, 101), unseen)
    until(lambda: _rows(pair.replica) == 21, "the replica to have the row")

    pair.fail_over()
    with pytest.raises(SafesqlError):                       # the link was cut, and nothing is sent twice
        submit(writer, insert(writer, 102), unseen)
    reader.role._asked = near.role._asked = 0.0             # as if a second had gone by
    assert submit(reader, statement(reader, "SELECT * FROM orders"), unseen).shown == 21
    with pytest.raises(Refused, match="was a replica when this session began and is a primary now"):
        submit(reader, insert(reader, 103), unseen)
    assert "role changed" in shown(reader) and "replica" not in shown(reader)
    if near.connection.dialect.name == "mariadb":            # PostgreSQL's old primary does not know of it
        with pytest.raises(Refused, match="was a primary when this session began and is a replica now"):
            submit(near, insert(near, 104), unseen)
        assert "role changed" in shown(near) and "replica" in shown(near)
    assert _rows(pair.replica) == 21

    home.refused(6, "this is not what was planned; nothing was sent", TOOK_OVER[home.target.backend])
    again = opened(pair.named, wants_primary=True)
    submit(again, insert(again, 105), unseen)
    assert _rows(pair.replica) == 22
    if again.connection.dialect.name == "mariadb":           # a pair of PostgreSQL is one cluster, with one identifier
        with pytest.raises(Drift, match="pins identity"):
            opened(pair.named, identity)
    else:
        assert again.connection.server.identity == identity


def insert(session: Session, number: int) -> Statement:
    return statement(session, f"INSERT INTO orders VALUES ({number}, 'new')")
