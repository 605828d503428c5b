"""Conditions as deep and as long as nobody writes them, but programs do."""

from __future__ import annotations

import pytest

from safesql.guard.effect import Extent
from safesql.guard.predicate import TargetNames, extent_of
from safesql.sql.dialects import DIALECTS
from safesql.sql.lexer import lex

ALL, SOME, NONE, UNKNOWN = Extent.ALL, Extent.SOME, Extent.NONE, Extent.UNKNOWN
ORDERS = TargetNames(("orders",))


def extent(condition: str, dialect: str, target: TargetNames = ORDERS) -> Extent:
    server = DIALECTS[dialect]
    return extent_of(lex(condition, server), server, target)


DEEP = 10_000
NESTED = {
    "brackets": ("(" * DEEP + "id = 5" + ")" * DEEP, SOME),
    "not": ("NOT " * DEEP + "id = 5", SOME),
    "or": ("(" * DEEP + "id = 5" + " OR id = 6)" * DEEP, SOME),
    "or true": ("(" * DEEP + "id = 5" + " AND id = 6)" * DEEP + " OR 1 = 1", ALL),
    "calls": ("lower(" * DEEP + "name" + ")" * DEEP + " = 'a'", SOME),
    "case": ("CASE WHEN id = 5 THEN 1 ELSE " * DEEP + "7" + " END" * DEEP + " = 1", SOME),
    "subqueries": ("id IN (SELECT x FROM t WHERE " * DEEP + "id = 5" + ")" * DEEP, SOME),
    "exists": ("EXISTS (SELECT x FROM t WHERE " * DEEP + "id = 5" + ")" * DEEP, UNKNOWN),
}


@pytest.mark.parametrize("shape", list(NESTED))
def test_nesting_is_followed_however_deep(shape: str) -> None:
    condition, expected = NESTED[shape]
    assert extent(condition, "postgres") is expected


LONG = ", ".join(str(number) for number in range(100_000))
WIDE = {
    "list": (f"id IN ({LONG})", SOME),
    "list or itself": (f"id IN ({LONG}) OR id = id", ALL),
    "constant": (f"-5 IN ({LONG})", NONE),
    "or": (" OR ".join(f"id = {number}" for number in range(20_000)), SOME),
    "or its opposite": (" OR ".join(f"id = {number}" for number in range(20_000)) + " OR id <> 7", ALL),
    "sum": ("id = " + " + ".join("1" for _ in range(20_000)), SOME),
}


@pytest.mark.parametrize("shape", list(WIDE))
def test_long_lists_are_read_to_their_end(shape: str) -> None:
    condition, expected = WIDE[shape]
    assert extent(condition, "postgres") is expected


OWN = {
    "in": ("id IN (SELECT id FROM orders WHERE total > 5 AND ", ")"),
    "least": ("id > (SELECT min(id) FROM orders WHERE total > 5 AND ", ")"),
    "exists": ("EXISTS (SELECT 1 FROM orders x WHERE x.email = orders.email AND x.id > 5 AND ", ")"),
}


@pytest.mark.parametrize("shape", list(OWN))
def test_each_of_the_queries_within_queries_is_read_a_few_times(shape: str) -> None:
    opening, closing = OWN[shape]
    assert extent(opening * 300 + "id = 5" + closing * 300, "postgres") is SOME
