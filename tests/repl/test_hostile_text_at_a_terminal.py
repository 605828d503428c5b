"""What servers say never acts on the terminal: names, data, messages, plans, down every road to a real pty.

The bytes that reach the terminal are looked at, not the screen: what acts is not seen there.
"""

from __future__ import annotations

import os
import re
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pymysql
import pytest

from safesql.formats.visible import HIDDEN
from safesql.repl.unhidden import escapes
from safesql.target import Target

if TYPE_CHECKING:
    from tests.repl.conftest import AtPrompt, Person

TITLE, CLEAR, BIDI, CSI = "\x1b]0;own\x07", "\x1b[3J", "\u202e", "\x9b5m"
HOSTILE = f"own{TITLE}{CLEAR}{BIDI}{CSI}"
ACTING = tuple(part.encode() for part in (TITLE, CLEAR, BIDI, CSI))
PATIENCE = 30.0
CONSOLES = ("table", "vertical", "csv", "json", "insert")
ENTER, TAB, CTRL_C, F5 = "\r", "\t", "\x03", "\x1b[15~"
SEEN = "\\x1b]0;own\\x07"                        # how it is shown instead

SAID = f"'{HOSTILE}'"
POSTGRES = f"""
CREATE TABLE "{HOSTILE}" (id integer PRIMARY KEY, "{HOSTILE}" text DEFAULT {SAID}, CONSTRAINT "c{HOSTILE}" CHECK (id > 0));
INSERT INTO "{HOSTILE}" SELECT n, {SAID} FROM generate_series(1, 60) n;
COMMENT ON COLUMN "{HOSTILE}"."{HOSTILE}" IS {SAID};
CREATE TABLE plain (id integer PRIMARY KEY, "{HOSTILE}" text);
INSERT INTO plain SELECT n, {SAID} FROM generate_series(1, 60) n;
CREATE VIEW seen AS SELECT id AS "v{HOSTILE}" FROM "{HOSTILE}" WHERE "{HOSTILE}" <> {SAID};
CREATE TYPE "t{HOSTILE}" AS ENUM ({SAID});
CREATE FUNCTION boom("a{HOSTILE}" integer DEFAULT 1) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN
RAISE NOTICE '%', {SAID}; RAISE EXCEPTION USING MESSAGE = {SAID}, DETAIL = {SAID}, HINT = {SAID}, ERRCODE = 'P0001',
COLUMN = {SAID}, TABLE = {SAID}; END $$;
"""
MARIADB = f"""
CREATE TABLE `{HOSTILE}` (id integer PRIMARY KEY, `{HOSTILE}` text COMMENT {SAID}, CONSTRAINT `c{HOSTILE}` CHECK (id > 0));
INSERT INTO `{HOSTILE}` SELECT seq, {SAID} FROM seq_1_to_60;
CREATE TABLE plain (id integer PRIMARY KEY, `{HOSTILE}` text);
INSERT INTO plain SELECT seq, {SAID} FROM seq_1_to_60;
CREATE VIEW seen AS SELECT id AS `v{HOSTILE}` FROM `{HOSTILE}` WHERE `{HOSTILE}` <> {SAID};
CREATE FUNCTION boom() RETURNS integer DETERMINISTIC BEGIN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = {SAID}; RETURN 1; END
"""
TYPED = (
    "select * from plain where id = 1;",
    "\\d", "\\d own*", "\\d plain", "\\d seen", "\\dt", "\\dv", "\\df", "\\sf boom", "\\sv seen",
    "select boom();", "\\errverbose",
    "\\explain select * from seen", "\\chart select v.*, 1 from plain p join seen v on true",
    "\\preview delete from plain where id < 3",
    "\\pset null own",
)  # fmt: skip


def url(scheme: str, target: Target) -> str:
    return f"{scheme}://{target.user}@{target.host}:{target.port}/{target.database}"


@pytest.fixture
def postgres(postgres_target: Target) -> str:
    address = url("postgresql", postgres_target)
    with psycopg.connect(address, autocommit=True, client_encoding="utf8") as raw:
        raw.execute(POSTGRES.encode())
    return address


@pytest.fixture
def mariadb(mariadb_target: Target) -> str:
    raw = pymysql.connect(
        host=mariadb_target.host, port=mariadb_target.port or 3306, user=mariadb_target.user,
        database=mariadb_target.database, autocommit=True, charset="utf8mb4",
    )  # fmt: skip
    for statement in MARIADB.strip().split(";\n"):
        raw.query(statement)
    raw.close()
    return url("mariadb", mariadb_target)


@pytest.fixture(params=["postgres", "mariadb"])
def address(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(str(request.param)))


def does(person: Person, *lines: str) -> None:
    """Type lines, and another behind them whose answer says that they are done."""
    mark = f"done-{len(person.painted)}."        # another one each time
    for line in (*lines, f"\\echo {mark}"):
        person.types(line + ENTER)
    person.sees(mark, times=2)                       # where it was typed, and as it was said


def nothing_acted(person: Person) -> None:
    found = [part for part in ACTING if part in person.painted]
    assert not found, f"{found} reached the terminal: {person.painted[max(0, person.painted.find(found[0]) - 300):][:400]!r}"


def test_nothing_of_a_server_acts_on_the_terminal(at_prompt: AtPrompt, address: str) -> None:
    with at_prompt(address, size=(50, 200), PAGER="cat") as person:
        person.sees("production")
        for at in range(0, len(TYPED), 4):
            does(person, *TYPED[at : at + 4])
        for form in CONSOLES:                         # longer than the screen: through the pager, which shows all
            does(person, f"\\pset format {form}", "select * from plain;")
        nothing_acted(person)
        assert person.text.count(SEEN) > len(TYPED)


def test_hostile_names_are_completed_without_acting(at_prompt: AtPrompt, address: str) -> None:
    with at_prompt(address, size=(50, 200)) as person:
        end = time.monotonic() + PATIENCE
        person.sees("production")
        person.types("select * from ow")
        while SEEN not in person.text:                # the names are loaded in the background
            person.types(TAB)
            person.looks(0.3)
            assert time.monotonic() < end, person.text
        person.types(TAB)
        person.looks(0.3)
        person.types(CTRL_C)
        person.types("select * from plain where id = 1 and ow" + TAB)
        person.looks(0.5)
        person.types(CTRL_C)
        person.types("delete from plain where id = 1" + F5)
        person.sees("it would touch 1 of 60 rows of plain")
        nothing_acted(person)


def test_the_name_of_a_file_does_not_act(at_prompt: AtPrompt, tmp_path: Path) -> None:
    path = tmp_path / f"{HOSTILE}.db"
    with closing(sqlite3.connect(os.fspath(path))) as raw:
        raw.execute("CREATE TABLE plain (id integer PRIMARY KEY)")
        raw.commit()
    with at_prompt(os.fspath(path), size=(50, 200)) as person:
        person.sees("production")
        for line in ("\\conninfo", "\\l", "delete from plain;", "\\c", f"\\i {tmp_path}/none"):
            does(person, line)
        nothing_acted(person)


def test_what_hides_is_seen_in_the_line_that_is_typed(at_prompt: AtPrompt) -> None:
    with at_prompt(size=(50, 200)) as person:
        person.sees("development")
        person.types(f"\x1b[200~select 1 as a{BIDI}b\u200b\x1b[201~")
        person.sees("select 1 as a\\u202eb\\u200b")
        nothing_acted(person)


def test_every_hidden_character_has_its_escape() -> None:
    assert set(escapes()) == {chr(code) for code in range(0x110000) if re.match(f"[{HIDDEN}]", chr(code))}
