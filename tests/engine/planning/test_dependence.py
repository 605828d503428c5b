"""Rows that depend on statements of the same plan are marked, and never guessed; all others are counted."""

from __future__ import annotations

import tomllib
from collections.abc import Callable

import pytest

from tests.engine.planning.conftest import Home

COUNTED = "DELETE FROM items WHERE id < 5;"
FIRST = "UPDATE orders SET state = 'x' WHERE id = 1;"

SCRIPTS = {
    "of another table": (f"{FIRST}\n{COUNTED}", ["", ""]),
    "of the same table": (f"{FIRST}\nDELETE FROM orders WHERE id = 2;", ["", "changes.sql:1 changes orders before"]),
    "which a subquery reads": (
        f"{FIRST}\nDELETE FROM items WHERE order_id IN (SELECT id FROM orders);", ["", "changes.sql:1 changes orders before"],
    ),
    "which a foreign key empties": (f"DELETE FROM orders WHERE id = 1;\n{COUNTED}", ["", "changes.sql:1 changes items before"]),
    "which a foreign key reaches": (f"{COUNTED}\nDELETE FROM orders WHERE id = 1;", ["", "changes.sql:1 changes items before"]),
    "of a table made here": ("CREATE TABLE n (id int);\nDELETE FROM n WHERE id = 1;", [None, "changes.sql:1 changes n before"]),
    "of an altered table": ("ALTER TABLE items ADD COLUMN note int;\nDELETE FROM items WHERE id = 1;", [None, "changes.sql:1 changes items before"]),
    "that only reads": (f"SELECT count(*) FROM orders;\nDELETE FROM orders WHERE id = 1;\n{COUNTED}", [None, "", "changes.sql:2 changes items before"]),
}
POSTGRES = {
    "with a function of the server": (f"{FIRST}\nDELETE FROM items WHERE id = length(now()::text);", ["", ""]),
    "with a function of somebody": (f"{FIRST}\nDELETE FROM items WHERE id = five();", ["", "it calls a function that may see what changes.sql:1 changes before"]),
    "through a view": (f"{FIRST}\nDELETE FROM items WHERE order_id IN (SELECT id FROM old);", ["", "public.old may show what changes.sql:1 changes before"]),
    "after what nobody knows": (
        "DO $$ BEGIN EXECUTE pg_read_file('x'); END $$;\nDELETE FROM items WHERE id = 1;", [None, "what changes.sql:1 changes is not known"],
    ),
    "in a schema that was chosen": ("SET search_path = other;\nDELETE FROM items WHERE id = 1;", [None, ""]),
    "in a schema of the transaction": ("SET LOCAL search_path = other;\nDELETE FROM items WHERE id = 1;", [None, "changes.sql:1 changes what names stand for"]),
    "as another role": ("SET ROLE postgres;\nDELETE FROM items WHERE id = 1;", [None, "changes.sql:1 changes what names stand for"]),
}


def reasons(home: Home, text: str) -> list[str | None]:
    """Of each statement the first reason why its rows are not known; None where it touches none."""
    plan = tomllib.loads(home.planned(f"{text}\n"))
    return [next(iter([row.get("reason", "") for row in step.get("rows", ())]), None) for step in plan["statement"]]


@pytest.mark.parametrize("case", SCRIPTS)
def test_rows(homes: Callable[[str], Home], case: str) -> None:
    text, expected = SCRIPTS[case]
    assert reasons(homes("sqlite"), text) == expected


@pytest.mark.parametrize("case", POSTGRES)
def test_rows_on_postgres(homes: Callable[[str], Home], case: str) -> None:
    text, expected = POSTGRES[case]
    home = homes("postgres")
    home.execute("CREATE VIEW old AS SELECT * FROM orders WHERE state = 'old'; CREATE SCHEMA other; CREATE TABLE other.items (id int); "
                 "CREATE FUNCTION five() RETURNS int LANGUAGE sql AS 'SELECT count(*)::int FROM orders';")
    assert reasons(home, text) == expected
