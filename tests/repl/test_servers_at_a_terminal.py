"""PostgreSQL and MariaDB, typed at a real terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pymysql
import pytest

from safesql.target import Target

if TYPE_CHECKING:
    from tests.repl.conftest import AtPrompt

ENTER, CTRL_C, CTRL_D = "\r", "\x03", "\x04"
STAGING = ("--environment", "staging")
ROWS = "INSERT INTO billing (id, customer) VALUES (1, 'Ada'), (2, 'Bo'), (3, 'Cy')"
TABLE = "CREATE TABLE billing (id integer PRIMARY KEY, customer varchar(20))"


def url(scheme: str, target: Target) -> str:
    return f"{scheme}://{target.user}@{target.host}:{target.port}/{target.database}"


@pytest.fixture
def postgres(postgres_target: Target) -> str:
    """The URL of a PostgreSQL database with three bills."""
    address = url("postgresql", postgres_target)
    with psycopg.connect(address, autocommit=True) as raw:
        raw.execute(TABLE)
        raw.execute(ROWS)
    return address


@pytest.fixture
def mariadb(mariadb_target: Target) -> str:
    """The URL of a MariaDB database with three bills."""
    raw = pymysql.connect(
        host=mariadb_target.host, port=mariadb_target.port or 3306, user=mariadb_target.user,
        database=mariadb_target.database, autocommit=True,
    )  # fmt: skip
    raw.query(TABLE)
    raw.query(ROWS)
    raw.close()
    return url("mariadb", mariadb_target)


@pytest.fixture(params=["postgres", "mariadb"])
def address(request: pytest.FixtureRequest) -> str:
    """Each of the two servers in turn."""
    return str(request.getfixturevalue(str(request.param)))


@pytest.mark.parametrize("keys", ["--vi", "--emacs"])
def test_the_founding_story(at_prompt: AtPrompt, address: str, keys: str) -> None:
    with at_prompt(keys, address, size=(50, 200)) as person:
        person.sees("production")
        person.types("delete from billing")
        person.sees(" BLOCK  delete-without-where: every row of billing goes")
        person.types(";")
        person.looks(0.2)
        person.types(ENTER)
        person.sees("refused: nothing was sent")
        person.sees("it would touch 3 of 3 rows of billing")
        person.runs("select count(*) as bills from billing;")
        person.sees("1 row")
        person.types("delete from billing" + ENTER + "where id = 2;")
        person.sees("where id = 2;")
        person.types(ENTER)
        person.sees("DELETE 1")
        person.types(CTRL_D)
        assert person.leaves() == 0


def test_the_rows_must_be_typed(at_prompt: AtPrompt, address: str) -> None:
    with at_prompt(*STAGING, address, size=(50, 200)) as person:
        person.sees("staging")
        person.runs("delete from billing;")
        person.sees("to run it type billing 3")
        person.answers("billing 3")
        person.sees("DELETE 3")


def test_ctrl_c_stops_the_query_on_the_server_and_keeps_the_session(at_prompt: AtPrompt, address: str) -> None:
    sleep = "sleep" if address.startswith("mariadb") else "pg_sleep"
    with at_prompt(address, size=(50, 200)) as person:
        person.sees("production")
        person.runs(f"select {sleep}(60);")
        person.looks(1.0)
        person.types(CTRL_C)
        person.sees("error: ")
        person.runs("select 1234567 * 7 as answer;")
        person.sees("8641969")


def test_leaving_with_a_transaction_open_asks(at_prompt: AtPrompt, address: str) -> None:
    with at_prompt(address, size=(50, 200)) as person:
        person.sees("production")
        person.runs("begin;")
        person.sees("*>")
        person.runs("delete from billing where id = 1;")
        person.sees("DELETE 1")
        person.sees("*>", 2)
        person.types(CTRL_D)
        person.sees("a transaction is open")
        person.looks(0.6)
        person.types("r" + ENTER)
        assert person.leaves() == 0


def test_a_failed_transaction_is_marked_and_named(at_prompt: AtPrompt, postgres: str) -> None:
    with at_prompt(postgres, size=(50, 200)) as person:
        person.sees("production")
        person.runs("begin;")
        person.sees("*>")
        person.runs("select nothing_such from billing;")
        person.sees('error: column "nothing_such" does not exist [42703]')
        person.sees("!>")
        person.sees("transaction failed: ROLLBACK")
        assert "\n         ^" in person.text


def test_notices_are_shown(at_prompt: AtPrompt, postgres: str) -> None:
    with at_prompt("--environment", "development", postgres, size=(50, 200)) as person:
        person.sees("development")
        person.runs("create table if not exists billing (id integer);")
        person.sees("already exists, skipping")


def test_copy_takes_its_data_from_the_input(at_prompt: AtPrompt, postgres: str) -> None:
    with at_prompt(postgres, size=(50, 200)) as person:
        person.sees("production")
        person.types("copy billing (id) from stdin;" + ENTER)
        person.sees("->")
        person.types("7" + ENTER + "8" + ENTER + "\\.")
        person.sees("\\.")
        person.types(ENTER)
        person.sees("COPY 2")


def test_another_database_is_named_in_the_prompt(at_prompt: AtPrompt, mariadb: str) -> None:
    with at_prompt(mariadb, size=(50, 200)) as person:
        person.sees("production")
        person.runs("\\u information_schema")
        person.sees("/information_schema>")


def test_the_delimiter_stays_until_it_is_changed(at_prompt: AtPrompt, mariadb: str) -> None:
    with at_prompt(mariadb, size=(50, 200)) as person:
        person.sees("production")
        person.runs("delimiter //")
        person.sees("statements end with //")
        person.types("select 1234567 * 7 as answer;" + ENTER)
        person.sees("->")
        assert "8641969" not in person.text
        person.types(CTRL_C)
        person.sees(">", 3)
        person.runs("select 1234567 * 7 as answer //")
        person.sees("8641969")
