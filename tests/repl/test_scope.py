"""Relations that a statement speaks of."""

from __future__ import annotations

import pytest

from safesql.repl.scope import Spoken, spoken
from safesql.sql.dialect import Dialect, Family
from safesql.sql.lexer import significant

POSTGRES = Dialect("postgres", Family.POSTGRES)
MYSQL = Dialect("mysql", Family.MYSQL)


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("SELECT  FROM billing", [("billing", "billing")]),
        ("SELECT b. FROM billing b", [("billing", "b")]),
        ("SELECT 1 FROM billing AS b, customer c WHERE ", [("billing", "b"), ("customer", "c")]),
        ("SELECT 1 FROM billing b JOIN ledger.entry e ON b.id = e.", [("billing", "b"), ("ledger.entry", "e")]),
        ("UPDATE billing SET ", [("billing", "billing")]),
        ("DELETE FROM billing WHERE id IN (SELECT id FROM old o WHERE o.", [("billing", "billing"), ("old", "o")]),
        ("INSERT INTO billing (", [("billing", "billing")]),
        ('SELECT 1 FROM "Odd ""name" x', [('Odd "name', "x")]),
        ("SELECT 1", []),
        ("SELECT 1 FROM (SELECT a FROM t) s", [("t", "t")]),
        ("", []),
    ],
)
def test_relations_and_their_aliases_are_found(sql: str, found: list[tuple[str, str]]) -> None:
    expected = tuple(Spoken(tuple(name.split(".")), alias) for name, alias in found)
    assert spoken(significant(sql, POSTGRES)) == expected


def test_backticks_are_taken_off() -> None:
    assert spoken(significant("SELECT 1 FROM `a``b`.`c d`", MYSQL)) == (Spoken(("a`b", "c d"), "c d"),)
