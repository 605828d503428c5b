"""What completion offers, by the tokens around the cursor."""

from __future__ import annotations

import pytest

from safesql.repl.candidates import candidates
from safesql.repl.catalog import Names
from safesql.repl.completion import offered
from safesql.repl.names import Relation, Snapshot
from safesql.sql.dialects import DIALECTS

RELATIONS = (
    Relation("public", "billing", "table", near=True, columns=(("id", "integer"), ("amount", "numeric"), ("Mixed", "text"))),
    Relation("public", "customer", "table", near=True, columns=(("id", "integer"), ("name", "text"))),
    Relation("public", "order", "table", near=True, columns=(("id", "integer"),)),
    Relation("public", 'a"; drop table victim; --', "table", near=True, columns=()),
    Relation("ledger", "entry", "table", near=False, columns=(("booked", "date"),)),
    Relation("pg_catalog", "pg_class", "table", near=True, columns=(("oid", "oid"),)),
)
SNAPSHOT = Snapshot.of(
    RELATIONS, (("pg_catalog", "count", True, ""), ("ledger", "hidden", False, "")), ((), {}, ())
)


def names(text: str, dialect: str = "postgres") -> list[str]:
    """What is inserted at the mark ``|``."""
    before, _, after = text.partition("|")
    return [each.text for each in candidates(before, after, DIALECTS[dialect], SNAPSHOT)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("select * from bil|", ["billing"]),
        ("delete from bil|", ["billing"]),
        ("update cus|", ["customer"]),
        ("insert into bil|", ["billing"]),
        ("select * from billing b join cus|", ["customer"]),
        ("select * from billing, cus|", ["customer"]),
        ("select b.| from billing b", ["id", "amount", '"Mixed"']),
        ("select billing.am| from billing", ["amount"]),
        ("select * from ledger.|", ["entry"]),
        ("select * from ledger.entry where bo|", ["booked"]),
        ("select am| from billing", ["amount"]),
        ("select * from billing where am|", ["amount"]),
        ("update billing set am|", ["amount"]),
        ("select * from billing b join customer c on c.na|", ["name"]),
        ("sel|", ["select"]),
        ("SEL|", ["SELECT"]),
        ("delete from billing whe|", ["where"]),
        ("select coun|", ["count"]),
        ("select * from led|", ["ledger"]),
    ],
)
def test_the_likeliest_name_comes_first(text: str, first: list[str]) -> None:
    assert names(text)[: len(first)] == first


def test_columns_are_those_of_the_tables_in_scope() -> None:
    offered_columns = names("select | from billing")
    assert "amount" in offered_columns
    assert "booked" not in offered_columns


def test_names_are_quoted_when_they_must_be() -> None:
    assert names("select * from ord|") == ['"order"']
    assert names("select mix| from billing") == ['"Mixed"']
    assert names("select * from ord|", "mysql") == ["`order`"]


def test_a_hostile_name_is_inserted_as_one_name() -> None:
    assert '"a""; drop table victim; --"' in names("select * from |")


def test_what_begins_as_typed_comes_before_what_only_contains_it() -> None:
    found = names("select * from e|")
    assert found.index('"order"') > -1
    assert names("select * from cust|") == ["customer"]


def test_the_system_s_own_tables_come_last() -> None:
    assert names("select * from |")[-1] == "pg_class"


@pytest.mark.parametrize("text", ["select 'bil|", "select 1|", "select $$ bil|"])
def test_nothing_is_offered_inside_strings_and_numbers(text: str) -> None:
    assert names(text) == []


def test_functions_that_need_their_schema_are_not_offered_bare() -> None:
    assert "hidden" not in names("select hid|")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("\\sta", ["\\stage"]),
        ("\\stage s", ["show"]),
        ("\\set keybindings v", ["vi"]),
        ("\\pset format js", ["json", "jsonl"]),
        ("\\d bil", ["billing"]),
        ("\\rules delete-", ["delete-without-where"]),
        ("\\x ", ["on", "off", "auto"]),
    ],
)
def test_commands_and_their_arguments_are_completed(typed: str, found: list[str]) -> None:
    shown = offered(typed, len(typed), DIALECTS["postgres"], Names(SNAPSHOT))
    assert [each.text for each in shown] == found


def test_the_statement_of_the_cursor_counts_and_not_its_neighbours() -> None:
    text = "select 1 from customer; select am from billing; select 2 from ledger.entry;"
    at = text.index("am from") + 2
    assert offered(text, at, DIALECTS["postgres"], Names(SNAPSHOT))[0].text == "amount"


def test_a_statement_that_is_just_begun_behind_another() -> None:
    text = "select 1; sel"
    assert offered(text, len(text), DIALECTS["postgres"], Names(SNAPSHOT))[0].text == "select"


def test_without_a_catalog_there_are_still_keywords() -> None:
    text = "select * fr"
    assert offered(text, len(text), DIALECTS["sqlite"], Names())[0].text == "from"
