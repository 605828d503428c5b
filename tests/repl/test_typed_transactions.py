"""Transactions of what is typed: begun where autocommit is off, kept through errors where that is asked for."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from safesql.backends import connect
from safesql.config.profile import Profile
from safesql.engine.implied import as_typed
from safesql.rewrite.probe import Probe
from safesql.target import Target
from tests.commands.conftest import Desk, MakeDesk, desk_at

__all__ = ["desk_at"]

BACKENDS = ("postgres", "mariadb", "sqlite")


@pytest.fixture(params=BACKENDS)
def target(request: pytest.FixtureRequest) -> Target:
    """A database of its own on each server."""
    found: Target = request.getfixturevalue(f"{request.param}_target")
    return found


@pytest.fixture
def desk(desk_at: MakeDesk, target: Target) -> Iterator[Desk]:
    """With a table, and nothing open at the end."""
    made = desk_at(target)
    made.types("CREATE TABLE bill (id integer PRIMARY KEY);")
    assert made.went_well
    yield made
    made.shell.session.connection.rollback()


def seen(target: Target) -> list[int]:
    """The rows that others see."""
    with closing(connect(target)) as other:
        return sorted(int(str(row[0])) for row in other.query(Probe("SELECT id FROM bill", "rows of a test")).rows())


def state(desk: Desk) -> str:
    return desk.shell.place().transaction


def test_with_autocommit_off_nothing_is_there_before_commit(desk: Desk, target: Target) -> None:
    assert desk.types("\\set AUTOCOMMIT off") == "autocommit: off\n"
    desk.types("INSERT INTO bill VALUES (1);")
    desk.types("INSERT INTO bill VALUES (2);")
    assert (state(desk), seen(target)) == ("open", [])
    desk.types("COMMIT;")
    assert (state(desk), seen(target)) == ("none", [1, 2])
    desk.types("INSERT INTO bill VALUES (3);")
    desk.types("ROLLBACK;")
    assert (state(desk), seen(target)) == ("none", [1, 2])
    desk.types("\\set autocommit on")
    desk.types("INSERT INTO bill VALUES (4);")
    assert (state(desk), seen(target)) == ("none", [1, 2, 4])


def test_what_was_not_sent_opens_no_transaction(desk: Desk, tmp_path: Path) -> None:
    desk.types("INSERT INTO bill VALUES (1), (2);")
    desk.types("\\set autocommit off")
    assert "refused" in desk.types("DELETE FROM bill;")
    assert state(desk) == "none"
    desk.answers.append("c")
    assert "not run" in desk.types("DROP TABLE bill;")
    assert state(desk) == "none"
    desk.types(f"\\stage {tmp_path / 'review.sql'}")
    assert "not executed" in desk.types("DELETE FROM bill WHERE id = 1;")
    assert state(desk) == "none"


@pytest.mark.parametrize("text", ["BEGIN;", "START TRANSACTION;"])
def test_a_begin_of_ones_own_stands_alone(desk_at: MakeDesk, postgres_target: Target, text: str) -> None:
    desk = desk_at(postgres_target)
    desk.types("\\set autocommit off")
    assert "already" not in desk.types(text)
    assert state(desk) == "open"
    desk.types("COMMIT;")
    assert state(desk) == "none"


def test_statements_that_stand_alone_are_sent_alone(desk_at: MakeDesk, postgres_target: Target) -> None:
    desk = desk_at(postgres_target)
    desk.types("CREATE TABLE bill (id integer PRIMARY KEY);")
    desk.types("\\set autocommit off")
    for text in ("VACUUM bill;", "CREATE INDEX CONCURRENTLY other ON bill (id);"):
        desk.types(text)
        assert (desk.went_well, state(desk)) == (True, "none")


def test_ddl_of_mariadb_commits_by_itself_and_begins_nothing(desk_at: MakeDesk, mariadb_target: Target) -> None:
    desk = desk_at(mariadb_target)
    desk.types("\\set autocommit off")
    desk.types("CREATE TABLE bill (id integer PRIMARY KEY);")
    assert (desk.went_well, state(desk)) == (True, "none")
    desk.types("LOCK TABLES bill WRITE;")
    desk.types("INSERT INTO bill VALUES (1);")
    assert desk.went_well
    desk.types("UNLOCK TABLES;")


def test_a_read_of_sqlite_locks_no_file(desk_at: MakeDesk, sqlite_target: Target) -> None:
    desk = desk_at(sqlite_target)
    desk.types("CREATE TABLE bill (id integer PRIMARY KEY);")
    desk.types("\\set autocommit off")
    desk.types("SELECT * FROM bill;")
    assert state(desk) == "none"


FAILING = ("INSERT INTO bill VALUES (1);", "SELECT 1 / 0;", "SELECT nothing;", "INSERT INTO nowhere VALUES (1);")


@pytest.fixture
def postgres_desk(desk_at: MakeDesk, postgres_target: Target) -> Desk:
    desk = desk_at(postgres_target)
    desk.types("CREATE TABLE bill (id integer PRIMARY KEY);")
    return desk


@pytest.mark.parametrize("failing", FAILING)
def test_a_failure_fails_the_transaction_unless_it_is_asked_otherwise(
    postgres_desk: Desk, postgres_target: Target, failing: str
) -> None:
    desk = postgres_desk
    for word, after in (("off", "failed"), ("on", "open"), ("interactive", "open")):
        desk.types(f"\\set ON_ERROR_ROLLBACK {word}")
        for text in ("BEGIN;", "INSERT INTO bill VALUES (1);"):
            desk.types(text)
            assert desk.went_well
        desk.types(failing)
        assert (desk.went_well, state(desk)) == (False, after)
        desk.types("ROLLBACK;")
    for text in ("BEGIN;", "INSERT INTO bill VALUES (1);", failing, "INSERT INTO bill VALUES (2);", "COMMIT;"):
        desk.types(text)
    assert seen(postgres_target) == [1, 2]


def test_where_no_savepoint_is_needed_it_says_so(desk_at: MakeDesk, mariadb_target: Target) -> None:
    desk = desk_at(mariadb_target)
    assert "about PostgreSQL alone" in desk.types("\\set on_error_rollback on")
    desk.types("CREATE TABLE bill (id integer PRIMARY KEY);")
    for text in ("BEGIN;", "INSERT INTO bill VALUES (1);", "INSERT INTO bill VALUES (1);", "COMMIT;"):
        desk.types(text)
    assert seen(mariadb_target) == [1]


def test_a_cancelled_statement_costs_no_transaction_either(postgres_desk: Desk) -> None:
    desk = postgres_desk
    for text in ("\\set on_error_rollback on", "SET statement_timeout = '200ms';", "BEGIN;", "SELECT pg_sleep(30);"):
        desk.types(text)
    assert (desk.went_well, state(desk)) == (False, "open")


def test_savepoints_of_ones_own_are_left_alone(postgres_desk: Desk, postgres_target: Target) -> None:
    desk = postgres_desk
    desk.types("\\set on_error_rollback on")
    for text in (
        "BEGIN;", "INSERT INTO bill VALUES (1);", "SAVEPOINT here;", "INSERT INTO bill VALUES (2);", "SELECT 1 / 0;",
        "ROLLBACK TO SAVEPOINT here;", "INSERT INTO bill VALUES (3);", "RELEASE SAVEPOINT here;", "COMMIT;",
    ):  # fmt: skip
        desk.types(text)
        assert desk.went_well or text.startswith("SELECT 1 / 0")
    assert (state(desk), seen(postgres_target)) == ("none", [1, 3])


def test_isolation_can_be_set_first(postgres_desk: Desk) -> None:
    postgres_desk.types("\\set on_error_rollback on")
    postgres_desk.types("\\set autocommit off")
    assert "ERROR" not in postgres_desk.types("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;")
    assert "serializable" in postgres_desk.types("SHOW transaction_isolation;")


TYPED = (
    "INSERT INTO bill VALUES (1);", "INSERT INTO bill VALUES (1);", "SAVEPOINT a;", "INSERT INTO bill VALUES (2);",
    "SELECT 1 / 0;", "ROLLBACK TO a;", "INSERT INTO bill VALUES (3);", "COMMIT;", "INSERT INTO bill VALUES (4);",
    "ROLLBACK;", "BEGIN;", "INSERT INTO bill VALUES (5);", "SELECT nothing;", "COMMIT;", "INSERT INTO bill VALUES (6);",
)  # fmt: skip


@pytest.mark.parametrize("rescue", ["on", "off"])
@pytest.mark.parametrize("autocommit", ["on", "off"])
def test_the_rows_are_those_that_psql_leaves(
    postgres_desk: Desk, postgres_target: Target, autocommit: str, rescue: str
) -> None:
    place = postgres_target
    url = f"postgresql://{place.user}@{place.host}:{place.port}/{place.database}"
    settings = ["-v", f"AUTOCOMMIT={autocommit}", "-v", f"ON_ERROR_ROLLBACK={rescue}"]
    psql = ["psql", "-X", "-q", url, *settings]
    said = subprocess.run(psql, input="\n".join(TYPED), text=True, capture_output=True, check=False).stderr
    assert "duplicate key" in said
    by_psql = seen(postgres_target)
    subprocess.run(["psql", "-X", "-q", url, "-c", "TRUNCATE bill"], check=True)
    postgres_desk.types(f"\\set AUTOCOMMIT {autocommit}")
    postgres_desk.types(f"\\set ON_ERROR_ROLLBACK {rescue}")
    for text in TYPED:
        postgres_desk.types(text)
    assert seen(postgres_target) == by_psql


def test_a_profile_says_it_for_all_that_is_typed_there(desk: Desk) -> None:
    session = desk.shell.session
    session.profile = Profile("p", session.profile.target, autocommit=False, on_error_rollback="interactive")
    as_typed(session)
    assert "autocommit        off\non_error_rollback on\n" in desk.types("\\set")


def test_what_was_set_by_hand_goes_along_to_the_next_server(desk: Desk, tmp_path: Path) -> None:
    desk.types("\\set autocommit off")
    desk.types("\\set on_error_rollback on")
    desk.types(f"\\c {tmp_path / 'other.db'}")
    assert desk.went_well
    assert "autocommit        off\non_error_rollback on\n" in desk.types("\\set")
    desk.types("CREATE TABLE t (id integer);")
    assert state(desk) == "open"
    desk.types("ROLLBACK;")


@pytest.mark.parametrize("by_hand", [True, False, None])
@pytest.mark.parametrize("of_next", [True, False])
@pytest.mark.parametrize("of_first", [True, False])
def test_no_profile_with_autocommit_off_is_loosened(
    desk: Desk, of_first: bool, of_next: bool, by_hand: bool | None
) -> None:
    first, following = (
        replace(desk.shell.session, profile=replace(desk.shell.session.profile, autocommit=said))
        for said in (of_first, of_next)
    )
    as_typed(first)
    first.autocommit = first.autocommit if by_hand is None else by_hand
    as_typed(following, first)
    set_off = by_hand is False and of_first
    assert following.autocommit is (of_next and not set_off)


def test_begin_is_a_command_too(desk: Desk, target: Target) -> None:
    desk.types("\\begin")
    desk.types("INSERT INTO bill VALUES (1);")
    assert (state(desk), seen(target)) == ("open", [])
    desk.types("COMMIT;")
    assert seen(target) == [1]


def test_begin_takes_what_the_statement_takes(postgres_desk: Desk) -> None:
    postgres_desk.types("\\begin READ ONLY;")
    assert "25006" in postgres_desk.types("INSERT INTO bill VALUES (1);")
    postgres_desk.types("ROLLBACK;")


def test_a_script_says_begin_itself(desk: Desk, target: Target, tmp_path: Path) -> None:
    script = tmp_path / "changes.sql"
    script.write_text("INSERT INTO bill VALUES (1);\nINSERT INTO bill VALUES (2);\n")
    desk.types("\\set autocommit off")
    desk.types(f"\\i {script}")
    assert (state(desk), seen(target)) == ("none", [1, 2])
    desk.types("INSERT INTO bill VALUES (3);")
    assert (state(desk), seen(target)) == ("open", [1, 2])


def test_leaving_asks_about_a_transaction_that_was_implied(desk: Desk, target: Target) -> None:
    desk.types("\\set autocommit off")
    desk.types("INSERT INTO bill VALUES (1);")
    desk.answers.append("s")
    desk.types("\\q")
    assert (desk.shell.leaving, state(desk)) == (False, "open")
    desk.answers.append("c")
    desk.types("\\q")
    assert (desk.shell.leaving, seen(target)) == (True, [1])
