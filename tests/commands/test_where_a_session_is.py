"""Prompt and completion follow what a statement does to the meaning of names: USE, search_path, SET ROLE, ROLLBACK."""

from __future__ import annotations

from uuid import uuid4

import pytest

from safesql.backends import connect
from safesql.repl.names import load
from safesql.target import Target
from tests.commands.conftest import Desk, MakeDesk


@pytest.fixture
def postgres_desk(desk_at: MakeDesk, postgres_target: Target) -> Desk:
    desk = desk_at(postgres_target)
    for text in ("CREATE SCHEMA app;", "CREATE TABLE app.bills (a int);", "CREATE TABLE public.other (b int);"):
        desk.types(text)
        assert desk.went_well
    return desk


def _near(desk: Desk, target: Target) -> set[str]:
    """The tables that completion offers without a schema, read over another connection as the prompt does it."""
    second = connect(target)
    place = desk.shell.led
    snapshot = load(second.query, second.dialect, "" if place.path else place.database, place.path)
    second.close()
    return {each.name for each in snapshot.relations if each.near and each.name in ("bills", "other")}


@pytest.mark.parametrize("text", [
    "SET search_path = app;", "SET SCHEMA 'app';", "SELECT set_config('search_path', 'app', false);",
])  # fmt: skip
def test_names_come_from_the_search_path_of_the_session(
    postgres_desk: Desk, postgres_target: Target, text: str
) -> None:
    assert _near(postgres_desk, postgres_target) == {"other"}
    postgres_desk.types(text)
    assert _near(postgres_desk, postgres_target) == {"bills"}
    assert postgres_desk.shell.place().database.endswith(".app")
    postgres_desk.types("RESET search_path;")
    assert _near(postgres_desk, postgres_target) == {"other"}


def test_the_end_of_a_transaction_leads_back(postgres_desk: Desk, postgres_target: Target) -> None:
    for text in ("BEGIN;", "SET LOCAL search_path = app, public;"):
        postgres_desk.types(text)
    assert _near(postgres_desk, postgres_target) == {"bills", "other"}
    postgres_desk.types("ROLLBACK;")
    assert _near(postgres_desk, postgres_target) == {"other"}


def test_the_prompt_shows_whose_rights_count(postgres_desk: Desk) -> None:
    role = f"g_{uuid4().hex[:12]}"
    own = postgres_desk.shell.place().user
    postgres_desk.types(f"CREATE ROLE {role};")
    for text, user in ((f"SET ROLE {role};", role), ("RESET ROLE;", own)):
        postgres_desk.types(text)
        assert postgres_desk.shell.place().user == user
    postgres_desk.answers.append("y")
    postgres_desk.types(f"DROP ROLE {role};")
    assert postgres_desk.went_well


def test_a_use_leads_to_another_database(desk_at: MakeDesk, mariadb_target: Target) -> None:
    desk = desk_at(mariadb_target)
    desk.types("USE mysql;")
    assert desk.shell.place().database == "mysql"
    desk.types(f"/*!50000 USE {mariadb_target.database} */;")
    assert desk.shell.place().database == mariadb_target.database
