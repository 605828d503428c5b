"""What generated conditions, run on real servers, taught."""

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


FOUND_BY_EXECUTION = [
    ("sqlite", "NOT ((0 % 0.5) BETWEEN 1 AND -1)", NONE),
    ("sqlite", "(NULL = 1 AND (0 % 0.5)) IS NOT FALSE", ALL),
    ("sqlite", "((t.a > 2 AND 1 = b) IS NULL AND t.a > 0)", SOME),
    ("sqlite", "(t.a + 0 >= a) IS NULL AND (t.a + 0 >= a) IS NULL", SOME),
    ("mariadb", "(2 >= a) IS TRUE XOR NOT ((2 < a) IS TRUE)", SOME),
    ("mariadb", "NOT (NULL = 1 XOR NULL = 1)", NONE),
    ("mariadb", "NOT (EXISTS (SELECT 1 WHERE t.a = 1) XOR EXISTS (SELECT 1 WHERE t.a = 1))", ALL),
    ("mariadb", "coalesce(t.a, 1) <> coalesce(t.a, 1) XOR coalesce(t.a, 2) <> coalesce(t.a, 1)", SOME),
    ("postgres", "coalesce(t.a, 1) > 0 AND coalesce(t.a, 0) <= 0", SOME),
    ("postgres", "NOT (CASE WHEN t.a > 2 THEN 2 ELSE 0 END = 1)", ALL),
    ("sqlite", "(t.b NOT IN (1.5, 0, NULL)) IS NOT NULL", SOME),
    ("postgres", "CASE WHEN t.a = 0 THEN t.b > 1 END IS NOT NULL", SOME),
    ("mariadb", "if(a IN (0, 0, NULL), 1, 1)", ALL),
    ("mariadb", "! (EXISTS (SELECT 1 FROM o WHERE o.v = t.a)) XOR EXISTS (SELECT 1 FROM o WHERE o.v = t.a)", ALL),
    ("postgres", "((id = ANY (SELECT id FROM t)) IS NOT TRUE) IS NOT TRUE", ALL),
    ("sqlite", "x'30'", NONE),
    ("mariadb", "x'00'", NONE),
    ("mariadb", "x''", NONE),
    ("mariadb", "x'01'", UNKNOWN),
    ("mariadb", "expires = {d '2024-03-01'}", SOME),
    ("mariadb", "id IN (SELECT t.id FROM other)", UNKNOWN),
    ("mariadb", "id IN (SELECT t.id FROM other WHERE other.a = t.a)", SOME),
    ("postgres", "price % 1 = 0", SOME),
    ("sqlite", "x''", NONE),
    ("sqlite", "x'616263' = 'abc'", NONE),
    ("postgres", "id = ANY ('{}')", NONE),
    ("postgres", "id <> ALL ('{1,2}')", SOME),
    ("postgres", "price = price::int", SOME),
]


@pytest.mark.parametrize(("dialect", "condition", "expected"), FOUND_BY_EXECUTION)
def test_what_generated_conditions_taught_stays_learnt(dialect: str, condition: str, expected: Extent) -> None:
    assert extent(condition, dialect, TargetNames(("t",))) is expected


@pytest.mark.parametrize(
    ("dialect", "condition"),
    [
        ("mariadb", "MATCH a, b AGAINST ('x' IN BOOLEAN MODE)"),
        ("mysql", "CAST(name AS CHAR CHARACTER SET utf8) = 'x'"),
        ("postgres", "b = ARRAY[[1, 2], [3, 4]]"),
        ("postgres", "xmlexists('/a' PASSING BY REF data BY REF)"),
        ("postgres", "xmlexists('/a' PASSING data)"),
    ],
)
def test_what_the_servers_own_suites_write_is_understood(dialect: str, condition: str) -> None:
    assert extent(condition, dialect) is SOME
