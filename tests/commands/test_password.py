r"""``\password``: what is typed is seen by nobody, what is sent is a hash, and the new password counts."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from contextlib import closing
from uuid import uuid4

import psycopg
import pymysql
import pytest

from safesql.guard.action import Environment
from safesql.target import Target
from tests.commands.conftest import Desk, MakeDesk

SECRET = "Röschen & 'müde'"


@pytest.fixture
def role(postgres_target: Target) -> Iterator[str]:
    """A role of PostgreSQL, whose name needs quotes."""
    name = f"P {uuid4().hex}"
    with psycopg.connect(host=postgres_target.host, port=postgres_target.port, user=postgres_target.user,
                         dbname=postgres_target.database, autocommit=True) as admin:
        admin.execute(f'CREATE ROLE "{name}" LOGIN'.encode())
        yield name
        admin.execute(f'DROP ROLE "{name}"'.encode())


@pytest.fixture
def user(mariadb_target: Target) -> Iterator[str]:
    """A user of MariaDB."""
    name = f"p{uuid4().hex[:12]}"
    port = mariadb_target.port or 3306
    with closing(pymysql.connect(host=mariadb_target.host, port=port, user=mariadb_target.user)) as admin:
        admin.cursor().execute(f"CREATE USER '{name}'@'%' IDENTIFIED BY 'old one'")
        yield name
        admin.cursor().execute(f"DROP USER '{name}'@'%'")


def types_secretly(desk: Desk, text: str, *typed: str) -> str:
    """One input, and what is typed when a password is asked for."""
    answers, asked = list(typed), []

    def secret(message: str) -> str | None:
        asked.append(message)
        return answers.pop(0) if answers else None

    desk.shell.secret = secret
    desk.answers[:] = ["y"]
    return desk.types(text) + "".join(asked)


def matches(verifier: str, password: str) -> bool:
    """As a server checks it: RFC 5803."""
    _, rest, keys = verifier.split("$")
    rounds, salt = rest.split(":")
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(salt), int(rounds))
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    return keys.partition(":")[0] == base64.b64encode(stored).decode()


def test_postgres_gets_a_verifier_and_nothing_else(desk_at: MakeDesk, postgres_target: Target, role: str) -> None:
    desk = desk_at(postgres_target, Environment.DEVELOPMENT)
    shown = types_secretly(desk, f'\\password "{role}"', SECRET, SECRET)
    assert desk.went_well, shown
    assert f"the password of {role} is changed" in shown
    with psycopg.connect(host=postgres_target.host, port=postgres_target.port, user=postgres_target.user,
                         dbname=postgres_target.database) as other:
        row = other.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", [role]).fetchone()
    assert row is not None
    assert matches(row[0], SECRET)
    written = desk.shell.session.audit.path.read_text("utf-8")
    assert "ALTER USER" in written
    for hidden in (SECRET, "Röschen", "SCRAM-SHA-256", row[0]):
        assert hidden not in written
        assert hidden not in shown
        assert hidden not in desk.shell.last


def test_mariadb_takes_the_new_password_and_the_old_no_more(
    desk_at: MakeDesk, mariadb_target: Target, user: str
) -> None:
    desk = desk_at(mariadb_target, Environment.DEVELOPMENT)
    shown = types_secretly(desk, f"\\password {user}", SECRET, SECRET)
    assert desk.went_well, shown
    host, port = mariadb_target.host, mariadb_target.port or 3306
    with closing(pymysql.connect(host=host, port=port, user=user, password=SECRET.encode())) as there:
        assert there.open
    with pytest.raises(pymysql.err.OperationalError):
        pymysql.connect(host=host, port=port, user=user, password="old one")
    written = desk.shell.session.audit.path.read_text("utf-8")
    assert "SET PASSWORD" in written
    assert SECRET not in written
    assert "*" + hashlib.sha1(hashlib.sha1(SECRET.encode()).digest()).hexdigest().upper() not in written


def test_anybody_changes_their_own(desk_at: MakeDesk, mariadb_target: Target, user: str) -> None:
    own = Target(mariadb_target.backend, host=mariadb_target.host, port=mariadb_target.port, user=user,
                 password="old one", dialect=mariadb_target.dialect)
    desk = desk_at(own, Environment.DEVELOPMENT)
    shown = types_secretly(desk, "\\password", "another", "another")
    assert desk.went_well, shown
    assert f"the password of {user}@% is changed" in shown


@pytest.mark.parametrize(("typed", "said"), [
    (("one", "two"), "the two are not the same"), ((), "no password was typed"), (("one",), "no password was typed"),
    (("a\x00b", "a\x00b"), "no control characters"),
])  # fmt: skip
def test_what_is_not_typed_twice_alike_changes_nothing(
    desk_at: MakeDesk, postgres_target: Target, role: str, typed: tuple[str, ...], said: str
) -> None:
    desk = desk_at(postgres_target, Environment.DEVELOPMENT)
    desk.types("SELECT 1;")
    before = desk.shell.session.audit.path.read_text("utf-8")
    assert said in types_secretly(desk, f'\\password "{role}"', *typed)
    assert not desk.went_well
    assert desk.shell.session.audit.path.read_text("utf-8") == before


def test_an_account_whose_hash_the_server_makes_is_refused(desk_at: MakeDesk, mariadb_target: Target) -> None:
    desk = desk_at(mariadb_target, Environment.DEVELOPMENT)
    name = f"p{uuid4().hex[:12]}"
    desk.answers[:] = ["y"]
    desk.types(f"CREATE USER '{name}'@'%' IDENTIFIED VIA unix_socket;")
    try:
        shown = types_secretly(desk, f"\\password {name}", "one", "one")
        assert "logs in by unix_socket" in shown
        assert not desk.went_well
    finally:
        desk.answers[:] = ["y"]
        desk.types(f"DROP USER '{name}'@'%';")


def test_a_server_without_accounts_says_so(desk: Desk) -> None:
    assert "no passwords" in types_secretly(desk, "\\password", "one", "one")
    assert not desk.went_well
