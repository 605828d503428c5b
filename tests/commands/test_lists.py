"""Lists that only some servers have, commands of other clients by their own meaning, and what is not built."""

from __future__ import annotations

import re

import pytest

from safesql.commands.find import by_name, find
from safesql.commands.refused import REFUSED
from safesql.errors import Refused, UsageError
from safesql.sql.dialect import Family
from safesql.sql.dialects import DIALECTS
from safesql.target import Target
from tests.commands.conftest import Desk, MakeDesk

MADE = {
    Family.POSTGRES: (
        "CREATE TYPE mood AS ENUM ('sad', 'ok');",
        "CREATE DOMAIN small AS integer NOT NULL CHECK (VALUE < 10);",
        "CREATE FUNCTION twice(n integer) RETURNS integer LANGUAGE sql AS 'SELECT n * 2';",
        "CREATE TABLE held (a integer);",
        "GRANT SELECT ON held TO public;",
        "GRANT UPDATE (a) ON held TO public;",
    ),
    Family.MYSQL: (
        "CREATE FUNCTION twice(n integer) RETURNS integer DETERMINISTIC RETURN n * 2;",
        "CREATE TABLE held (a integer);",
    ),
    Family.SQLITE: ("CREATE TABLE held (a integer);",),
}
SHOWN = {
    (Family.POSTGRES, "\\dT"): ("mood", "sad, ok", "enum"),
    (Family.POSTGRES, "\\dD"): ("small", "integer", "not null", "CHECK"),
    (Family.POSTGRES, "\\dD none*"): ("0 rows", "nullable"),
    (Family.POSTGRES, "\\db"): ("pg_default", "pg_global"),
    (Family.POSTGRES, "\\dx"): ("plpgsql",),
    (Family.POSTGRES, "\\dx plp*"): ("plpgsql",),
    (Family.POSTGRES, "\\dp held"): ("=r/", "a: =w/"),
    (Family.POSTGRES, "\\z"): ("held",),
    (Family.POSTGRES, "\\sf twice"): ("FUNCTION public.twice(n integer)", "SELECT n * 2"),
    (Family.POSTGRES, "\\sf twice(integer)"): ("SELECT n * 2",),
    (Family.MYSQL, "\\dx inno*"): ("storage engine",),
    (Family.MYSQL, "\\dp"): ("privileges",),
    (Family.MYSQL, "\\sf twice"): ("twice", "RETURN n * 2"),
    (Family.SQLITE, "\\dx"): ("json_each",),
}
MISSING = {
    Family.POSTGRES: ("\\sf nothing", "\\sf"),
    Family.MYSQL: ("\\dT", "\\dD", "\\db", "\\sf nothing"),
    Family.SQLITE: ("\\dT", "\\dD", "\\db", "\\dp", "\\sf x"),
}


@pytest.fixture
def somewhere(desk_at: MakeDesk, target: Target) -> Desk:
    made = desk_at(target)
    for text in MADE[family(made)]:
        shown = made.types(text)
        assert made.went_well, shown
    return made


def family(desk: Desk) -> Family:
    return desk.shell.session.connection.dialect.family


def test_each_server_lists_what_it_has(somewhere: Desk) -> None:
    for (of, typed), parts in SHOWN.items():
        if of is family(somewhere):
            shown = somewhere.types(typed)
            assert somewhere.went_well, (typed, shown)
            for part in parts:
                assert part in shown.lower() or part in shown or part == "0 rows", (typed, shown)


def test_what_a_server_does_not_have_is_said(somewhere: Desk) -> None:
    for typed in MISSING[family(somewhere)]:
        shown = somewhere.types(typed)
        assert not somewhere.went_well
        assert re.search("has no |there is no function|name a function", shown), (typed, shown)


def test_the_last_statement_runs_again(somewhere: Desk) -> None:
    somewhere.types("SELECT 41 + 1 AS answer;")
    for typed in ("\\gx",) if family(somewhere) is Family.MYSQL else ("\\g", "\\gx"):
        shown = somewhere.types(typed)
        assert somewhere.went_well, shown
        assert "42" in shown
        assert ("RECORD 1" in shown) is (typed == "\\gx")
    assert "RECORD" not in somewhere.types("SELECT 1;")


def test_running_again_is_judged_again(desk: Desk) -> None:
    desk.types("DELETE FROM billing;")
    assert "delete-without-where" in desk.types("\\g")
    assert not desk.went_well


def test_rows_alone_have_no_names_above_them(desk: Desk) -> None:
    desk.types("\\t")
    assert desk.types("SELECT 7 AS seven;").splitlines()[0] == " 7 "
    assert desk.types("\\pset tuples_only off") == "names of columns: on\n"
    assert "seven" in desk.types("SELECT 7 AS seven;")
    assert desk.types(".headers off") == "names of columns: off\n"


@pytest.mark.parametrize(("typed", "said"), [
    ("\\H", "format: html"), (".mode csv", "format: csv"), (".mode column", "format: table"),
    (".nullvalue nil", "NULL is shown as 'nil'"), (".timer on", "timing: on"), ("\\pset header", "names of columns: off"),
])  # fmt: skip
def test_other_clients_switches_are_taken(desk: Desk, typed: str, said: str) -> None:
    assert said in desk.types(typed)
    assert desk.went_well


def test_a_variable_is_forgotten(desk: Desk) -> None:
    desk.shell.variables.set("here", "1")
    desk.types("\\unset here")
    assert desk.shell.variables.get("here") is None


@pytest.mark.parametrize("name", ["dT", "dF", "C", "H", "P", "R", "T", "dC", "dL"])
def test_a_capital_never_means_the_small_letter_s_command(name: str) -> None:
    try:
        found = find(name, DIALECTS["postgres"])
    except (Refused, UsageError):
        return
    assert name in found.NAMES


@pytest.mark.parametrize("name", ["dRp+", "dFS", "da", "bind"])
def test_what_is_not_built_says_what_to_write_instead(name: str) -> None:
    with pytest.raises(Refused, match=r"is not built: "):
        find(name, DIALECTS["postgres"])


def test_nothing_is_both_refused_and_a_command() -> None:
    assert not set(REFUSED) & set(by_name())


BESIDES = {
    Family.POSTGRES: (
        "CREATE TABLE place (id integer PRIMARY KEY);",
        "CREATE TABLE thing (id integer PRIMARY KEY, n integer CONSTRAINT positive CHECK (n > 0), place_id integer "
        "CONSTRAINT thing_is_somewhere_fkey REFERENCES place (id) ON DELETE SET NULL DEFERRABLE);",
        "CREATE TRIGGER thing_once BEFORE UPDATE ON thing FOR EACH ROW EXECUTE FUNCTION "
        "suppress_redundant_updates_trigger();",
    ),
    Family.MYSQL: (
        "CREATE TABLE place (id integer PRIMARY KEY);",
        "CREATE TABLE thing (id integer PRIMARY KEY, n integer, place_id integer, CONSTRAINT positive CHECK (n > 0), "
        "CONSTRAINT thing_is_somewhere_fkey FOREIGN KEY (place_id) REFERENCES place (id) ON DELETE SET NULL);",
        "CREATE TRIGGER thing_once BEFORE UPDATE ON thing FOR EACH ROW SET NEW.n = 1;",
    ),
    Family.SQLITE: (
        "CREATE TABLE place (id integer PRIMARY KEY);",
        "CREATE TABLE thing (id integer PRIMARY KEY, n integer, place_id integer REFERENCES place (id) "
        "ON DELETE SET NULL);",
        "CREATE TRIGGER thing_once BEFORE UPDATE ON thing BEGIN SELECT 1; END;",
    ),
}


def test_a_table_is_described_whole_within_the_width_of_a_terminal(desk_at: MakeDesk, target: Target) -> None:
    desk = desk_at(target)
    for text in BESIDES[family(desk)]:
        shown = desk.types(text)
        assert desk.went_well, shown
    shown = desk.types("\\d+ thing")
    assert desk.went_well, shown
    assert re.search(r"trigger +\| thing_once", shown)
    assert re.search(r"\(?place_id\)? -> \(?id\)? on delete set null", shown)
    assert "positive" in shown or family(desk) is Family.SQLITE
    assert max(map(len, shown.splitlines())) <= 120
    assert "trigger" not in desk.types("\\d place")


def test_json_is_laid_out_on_demand(desk: Desk) -> None:
    query = """SELECT json_object('a', 1.50, 'b', json_array(1, 2)) AS j;"""
    assert '{"a":1.5,"b":[1,2]}' in desk.types(query)
    assert desk.types("\\pset json pretty") == "JSON over several lines: on\n"
    assert '   "b": [' in desk.types(query)
    assert desk.types("\\pset json compact") == "JSON over several lines: off\n"
    assert '{"a":1.5,"b":[1,2]}' in desk.types(query)
