"""A password that expires while the session lasts is asked for again; a link that others can read on is written down."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Timer
from uuid import uuid4

import pytest

from safesql.backends import connect
from safesql.config.password import Passwords
from safesql.config.profile import Profile
from safesql.engine.connect import Around, open_session
from safesql.engine.session import Session
from safesql.errors import CannotConnect, StatementFailed
from safesql.guard.action import Action
from safesql.guard.analysis import effect_of
from safesql.guard.verdict import Clearance, Verdict
from safesql.repl.place import place
from safesql.sql.splitter import split
from safesql.sql.statement import Statement
from safesql.target import Target
from tests.engine.resume.resume_rig import execute, on
from tests.rig.logs import log_of

ELSEWHERE = "127.1"
"""Reaches this machine, and is not one of its names: a far server, as far as safesql can tell."""


class Account:
    """An account of MariaDB whose password changes, and a program that knows it."""

    def __init__(self, target: Target, folder: Path) -> None:
        self.admin = target
        self.name = f"u{uuid4().hex[:12]}"
        self.file = folder / "password"
        self.command = (sys.executable, "-c", f"print(open({str(self.file)!r}).read())")
        execute(target, f"CREATE USER {self.name}@'%'; GRANT ALL ON {target.database}.* TO {self.name}@'%'")
        self.change("first")

    def change(self, password: str) -> None:
        execute(self.admin, f"ALTER USER {self.name}@'%' IDENTIFIED BY '{password}'")
        self.file.write_text(password)


@pytest.fixture
def account(mariadb_target: Target, tmp_path: Path) -> Iterator[Account]:
    made = Account(mariadb_target, tmp_path)
    yield made
    execute(mariadb_target, f"DROP USER {made.name}@'%'")


def opened(profile: Profile, folder: Path, asked: str | None = None) -> Session:
    passwords = Passwords({"HOME": str(folder)}, lambda sentence: None, (lambda question: asked) if asked else None)
    return open_session(profile, Around(lambda: log_of(folder / "state"), "me", passwords))


def of(account: Account, command: tuple[str, ...] = ()) -> Profile:
    return Profile("billing", replace(account.admin, user=account.name, password=None), password_command=command)


def test_a_password_that_expired_is_asked_of_its_command_again(account: Account, tmp_path: Path) -> None:
    session = opened(of(account, account.command), tmp_path)
    account.change("second")
    second = session.second_connection()
    assert second is not None
    second.close()
    session.connection.close()


def test_a_statement_is_stopped_although_the_password_expired_since(account: Account, tmp_path: Path) -> None:
    session = opened(of(account, account.command), tmp_path)
    account.change("second")
    timer = Timer(0.5, session.connection.cancel)
    timer.start()
    slow = next(iter(split("SELECT 'stopped' FROM (SELECT SLEEP(60)) t", session.connection.dialect)))
    assert isinstance(slow, Statement)
    with pytest.raises(StatementFailed, match=r"(?i)interrupted"):
        list(session.connection.execute(Clearance(Verdict(slow, effect_of(slow), Action.ALLOW))).rows())
    timer.join()
    assert on(session.connection, "SELECT 1") == [("1",)]
    session.connection.close()


def test_a_password_that_was_typed_is_asked_for_once(account: Account, tmp_path: Path) -> None:
    session = opened(of(account), tmp_path, asked="first")
    second = session.second_connection()
    assert second is not None
    second.close()
    session.connection.close()
    with pytest.raises(CannotConnect) as wrong:
        opened(of(account), tmp_path, asked="wrong")
    assert wrong.value.wrong_password
    assert "wrong" not in str(wrong.value)


@pytest.mark.parametrize("name", ["postgres", "mariadb"])
def test_a_link_that_others_can_read_is_shown_and_written_down(
    request: pytest.FixtureRequest, name: str, tmp_path: Path
) -> None:
    target: Target = request.getfixturevalue(f"{name}_target")
    for host, tls, shown in ((target.host, "", False), (ELSEWHERE, "disable", True), (ELSEWHERE, "prefer", True)):
        state = tmp_path / f"{host}{tls}"
        session = opened(Profile("far", replace(target, host=host, tls=tls)), state)
        assert place(session).insecure is shown
        session.connection.close()
        log = state / "state" / "audit.jsonl"
        events = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        assert [event["link"] for event in events if "link" in event] == (["not encrypted"] if shown else [])


def test_what_the_servers_say_of_a_wrong_password_is_known(account: Account) -> None:
    with pytest.raises(CannotConnect) as refused:
        connect(replace(account.admin, user=account.name, password="no"))
    assert refused.value.wrong_password
    assert not refused.value.wants_password
