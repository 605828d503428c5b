r"""``\ef``, ``\ev``: definitions go to the editor, come back to the prompt, and run only when they are entered."""

from __future__ import annotations

from pathlib import Path

import pytest

from safesql.guard.action import Environment
from safesql.sql.dialect import Family
from safesql.target import Target
from tests.commands.conftest import Desk, MakeDesk

MADE = {
    Family.POSTGRES: (
        "CREATE FUNCTION twice(n integer) RETURNS integer LANGUAGE sql AS 'SELECT n * 2';",
        "CREATE FUNCTION many(n integer) RETURNS integer LANGUAGE sql AS 'SELECT n';",
        "CREATE FUNCTION many(n text) RETURNS text LANGUAGE sql AS 'SELECT n';",
        "CREATE VIEW few WITH (security_barrier=true) AS SELECT 2 AS n;",
    ),
    Family.MYSQL: (
        "DELIMITER //\nCREATE FUNCTION twice(n integer) RETURNS integer DETERMINISTIC BEGIN SET @x = 1; "
        "RETURN n * 2; END//\nDELIMITER ;\n",
        "CREATE VIEW few AS SELECT 2 AS n;",
    ),
    Family.SQLITE: ("CREATE VIEW few AS SELECT 2 AS n;",),
}


@pytest.fixture
def somewhere(desk_at: MakeDesk, target: Target, tmp_path: Path) -> Desk:
    """A desk at each server, with an editor that makes every 2 a 3."""
    made = desk_at(target, Environment.DEVELOPMENT)
    for text in MADE[family(made)]:
        shown = made.types(text)
        assert made.went_well, shown
    editor(tmp_path, "sed -i 's/2/3/g' \"$1\"")
    return made


def family(desk: Desk) -> Family:
    return desk.shell.session.connection.dialect.family


def editor(folder: Path, line: str) -> None:
    program = folder / "editor"
    program.write_text(f"#!/bin/sh\ncp \"$1\" \"$0.seen\"\n{line}\n", "utf-8")
    program.chmod(0o755)


def fed(desk: Desk) -> str:
    """What waits at the prompt."""
    text, desk.shell._next = desk.shell._next, ""
    return text


def test_a_view_comes_back_to_the_prompt_and_is_changed_when_it_is_entered(somewhere: Desk) -> None:
    shown = somewhere.types("\\ev few")
    assert somewhere.went_well, shown
    assert "2" in somewhere.types("SELECT n FROM few;")
    waiting = fed(somewhere)
    assert "3" in waiting
    if family(somewhere) is Family.POSTGRES:
        assert "security_barrier=true" in waiting
    somewhere.answers += ["y", "few", "0"] if family(somewhere) is Family.SQLITE else []
    shown = somewhere.types(waiting)
    assert somewhere.went_well, shown
    assert "3" in somewhere.types("SELECT n FROM few;")


def test_a_function_comes_back_to_the_prompt_and_is_changed_when_it_is_entered(somewhere: Desk) -> None:
    shown = somewhere.types("\\ef twice")
    if family(somewhere) is Family.SQLITE:
        assert "keeps no functions" in shown
        return
    assert somewhere.went_well, shown
    assert "14" in somewhere.types("SELECT twice(7);")
    somewhere.answers += ["y"]
    shown = somewhere.types(fed(somewhere))
    assert somewhere.went_well, shown
    assert "21" in somewhere.types("SELECT twice(7);")


def test_a_name_must_be_exactly_one(desk_at: MakeDesk, postgres_target: Target, tmp_path: Path) -> None:
    desk = desk_at(postgres_target, Environment.DEVELOPMENT)
    for text in MADE[Family.POSTGRES]:
        desk.types(text)
    editor(tmp_path, ": >> \"$1\"")
    assert "2 functions are called many; name one of them: many(integer), many(text)" in desk.types("\\ef many")
    assert desk.types("\\ef many(text)") == "nothing was changed\n"
    assert "public.many(n text)" in (tmp_path / "editor.seen").read_text("utf-8")
    assert "there is no function called none" in desk.types("\\ef none")
    assert "there is no view called twice" in desk.types("\\ev twice")


def test_what_comes_back_is_judged_like_what_is_typed(somewhere: Desk, tmp_path: Path) -> None:
    editor(tmp_path, "echo 'DELETE FROM few;' > \"$1\"")
    somewhere.types("\\ev")
    assert "delete-without-where" in somewhere.types(fed(somewhere))
    assert not somewhere.went_well


def test_an_editor_that_fails_changes_nothing(somewhere: Desk, tmp_path: Path) -> None:
    editor(tmp_path, "exit 3")
    assert "did not end well" in somewhere.types("\\ev few")
    assert fed(somewhere) == ""
