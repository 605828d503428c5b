"""The schema as commands and completion see it, asked of every server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from safesql.repl.candidates import candidates
from safesql.repl.catalog import Names
from safesql.repl.names import Snapshot, load
from safesql.sql.quoting import quote_name
from safesql.target import Target

if TYPE_CHECKING:
    from tests.commands.conftest import Desk, MakeDesk

HOSTILE = 'a"; drop table customer; -- `x\x1b[2J\ny'
TABLES = (
    "CREATE TABLE customer (id integer PRIMARY KEY, name varchar(20) NOT NULL);",
    "CREATE TABLE billing (id integer PRIMARY KEY, customer_id integer NOT NULL, note varchar(40) DEFAULT 'none', "
    "CONSTRAINT billed FOREIGN KEY (customer_id) REFERENCES customer (id) ON DELETE CASCADE);",
    "CREATE INDEX billing_note ON billing (note);",
    "CREATE VIEW late AS SELECT id FROM billing WHERE note = 'late';",
)


@pytest.fixture
def somewhere(desk_at: MakeDesk, target: Target) -> Desk:
    """A desk at each of the servers in turn, with two tables, an index, a view and a hostile name."""
    made = desk_at(target)
    dialect = made.shell.session.connection.dialect
    for statement in (*TABLES, f"CREATE TABLE {quote_name(HOSTILE, dialect)} (a integer);"):
        shown = made.types(statement)
        assert made.went_well, shown
    return made


def snapshot(desk: Desk) -> Snapshot:
    connection = desk.shell.session.connection
    return load(connection.query, connection.dialect)


def test_tables_views_and_indexes_are_told_apart(somewhere: Desk) -> None:
    tables, views, indexes = somewhere.types("\\dt"), somewhere.types("\\dv"), somewhere.types("\\di")
    assert "billing" in tables
    assert "customer" in tables
    assert "late" not in tables
    assert "late" in views
    assert "billing" not in views
    assert "billing_note" in indexes


def test_a_table_is_described_with_columns_indexes_and_foreign_keys(somewhere: Desk) -> None:
    shown = somewhere.types("\\d billing").lower()
    assert somewhere.went_well
    for part in ("customer_id", "not null", "none", "billing_note", "references", "customer", "cascade"):
        assert part in shown, part
    assert "referenced by" in somewhere.types("\\d customer")


def test_a_view_is_described_with_its_query(somewhere: Desk) -> None:
    assert "billing" in somewhere.types("\\d late")
    assert "late" in somewhere.types("\\sv late")


def test_a_name_is_found_whatever_is_in_it(somewhere: Desk) -> None:
    shown = somewhere.types("\\dt")
    assert "\\x1b[2J" in shown
    assert "\x1b" not in shown
    described = somewhere.types("\\d a*")
    assert somewhere.went_well
    assert "\x1b" not in described


@pytest.mark.parametrize("typed", ["\\l", "\\dn", "\\df", "\\du", "\\l none*", "\\dt *.*", "\\dt none", "\\df none*"])
def test_every_list_is_answered(somewhere: Desk, typed: str) -> None:
    shown = somewhere.types(typed)
    assert somewhere.went_well, shown


def test_a_quote_in_a_pattern_is_a_quote(somewhere: Desk) -> None:
    somewhere.types("\\dt x' OR '1'='1")
    assert somewhere.went_well
    assert "there is no table" in somewhere.types("\\d x' OR name = 'billing")


def test_completion_knows_relations_columns_and_types(somewhere: Desk) -> None:
    found = snapshot(somewhere)
    billing = found.find(("billing",))
    assert billing is not None
    assert billing.near
    assert [name for name, _ in billing.columns] == ["id", "customer_id", "note"]
    assert all(kind for _, kind in billing.columns)
    late = found.find(("late",))
    assert late is not None
    assert late.kind == "view"
    assert found.find((billing.schema, "billing")) == billing
    assert found.find(("nowhere", "billing")) is None


def test_a_hostile_name_that_completion_inserts_is_that_table_and_nothing_else(somewhere: Desk) -> None:
    dialect = somewhere.shell.session.connection.dialect
    offered = candidates("select count(*) as n from ", "", dialect, snapshot(somewhere))
    text = next(each.text for each in offered if each.name == HOSTILE)
    shown = somewhere.types(f"select count(*) as n from {text};")
    assert somewhere.went_well, shown
    assert "0" in shown
    assert somewhere.types("select count(*) as n from customer;").count("0")


def test_names_are_read_in_the_background_over_a_connection_that_is_closed(somewhere: Desk) -> None:
    from safesql.backends import connect

    session = somewhere.shell.session
    target = session.profile.target
    opened = []

    def another():  # type: ignore[no-untyped-def]
        opened.append(connect(target))
        return opened[-1]

    session.another = another
    names = Names()
    names.refresh(session)
    thread = names._thread
    if thread is not None:
        thread.join(20)
    assert names.snapshot.find(("billing",)) is not None
    assert len(opened) == 1
    assert opened[0].transaction.value == "unknown"


def test_the_founding_story_on_every_server(somewhere: Desk) -> None:
    for number in range(1, 4):
        assert "1" in somewhere.types(f"INSERT INTO customer VALUES ({number}, 'c');")
    shown = somewhere.types("delete from customer;")
    assert "BLOCK delete-without-where: every row of customer goes" in shown
    assert "it would touch 3 of 3 rows of customer" in shown
    assert "3" in somewhere.types("select count(*) as n from customer;")
    somewhere.types("delete from customer where id = 2;")
    assert somewhere.went_well
    assert "2" in somewhere.types("select count(*) as n from customer;")
