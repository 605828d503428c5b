r"""``\errverbose``: the last failure of a real server, whole."""

from __future__ import annotations

import pytest

from safesql.sql.dialect import Family
from safesql.target import Target
from tests.commands.conftest import Desk, MakeDesk

CODES = {Family.POSTGRES: "42P01", Family.MYSQL: "42S02", Family.SQLITE: "SQLITE_ERROR"}


@pytest.fixture
def somewhere(desk_at: MakeDesk, target: Target) -> Desk:
    return desk_at(target)


def test_before_any_failure_there_is_nothing_to_show(somewhere: Desk) -> None:
    assert somewhere.types("\\errverbose") == "no statement has failed here\n"


def test_the_last_failure_is_shown_with_code_and_statement(somewhere: Desk) -> None:
    somewhere.types("SELECT 1\n FROM nowhere_at_all;")
    somewhere.types("SELECT 1 AS one;")
    shown = somewhere.types("\\errverbose")
    family = somewhere.shell.session.connection.dialect.family
    assert somewhere.went_well
    assert f"code: {CODES[family]}" in shown
    assert "statement:\n  SELECT 1\n   FROM nowhere_at_all\n" in shown
    if family is Family.POSTGRES:
        assert "place: line 2, column 7" in shown
        assert "source: parserOpenTable, parse_relation.c:" in shown
        assert shown.startswith("error: ")


def test_names_in_a_failure_are_shown_and_do_not_act(somewhere: Desk) -> None:
    somewhere.types("SELECT '\u202e' FROM nowhere;")
    shown = somewhere.types("\\errverbose")
    assert "\\u202e" in shown
    assert "\u202e" not in shown


def test_a_refusal_of_the_guard_is_no_failure_of_a_server(somewhere: Desk) -> None:
    assert "refused" in somewhere.types("DELETE FROM nowhere_at_all;")
    assert somewhere.types("\\errverbose") == "no statement has failed here\n"
