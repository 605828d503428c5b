"""Conditions that restrict nothing, that are never true, and those that look like either and are not."""

from __future__ import annotations

import pytest

from safesql.guard.effect import Extent
from safesql.guard.predicate import TargetNames, extent_of
from safesql.sql.dialect import Mode
from safesql.sql.dialects import DIALECTS
from safesql.sql.lexer import lex
from tests.guard.predicate.conditions import TRUE, TRUE_EVERYWHERE

ALL, SOME, NONE, UNKNOWN = Extent.ALL, Extent.SOME, Extent.NONE, Extent.UNKNOWN
ORDERS = TargetNames(("orders",))


def extent(condition: str, dialect: str, target: TargetNames = ORDERS, *modes: Mode) -> Extent:
    server = DIALECTS[dialect]
    if modes:
        server = server.with_modes(*modes)
    return extent_of(lex(condition, server), server, target)


STOPPED_EVERYWHERE = """
? = 1
CURRENT_DATE > '2020-01-01'
EXISTS (SELECT 1 FROM customers)
EXISTS (SELECT 1 FROM customers WHERE id = 5)
EXISTS (SELECT 1 FROM customers c WHERE c.id = 5)
EXISTS (SELECT 1 FROM customers c WHERE c.id = id)
EXISTS (SELECT 1 FROM customers c WHERE orders.id = orders.id)
EXISTS (SELECT 1 FROM customers c WHERE c.id = orders.id OR 1=1)
(SELECT COUNT(*) FROM customers) > 5
1 IN (SELECT id FROM customers)
? IS NULL OR id = ?
customers.id = 5
NOT (id = 5 AND some_function())
(id = 5 AND some_function()) IS NOT TRUE
some_function() = 1
id = 5 OR some_function() = 1
id = 5 )
( id = 5
id =
id = 5 6
AND id = 5
id BETWEEN 1
CASE WHEN id = 5 THEN 1
"""
NEVER_EVERYWHERE = """
1=0
1 = 2 OR 3 = 4
'a' = 'b'
FALSE
NOT TRUE
NULL
NULL = NULL
id = NULL
id <> id
id < id
1=1 AND 1=2
id = 5 AND 1=2
id = 1 AND id = 2
status = 'open' AND status = 'paid'
id < 1 AND id > 2
LENGTH(name) < 0
id IN (NULL)
id NOT IN (1, NULL)
id BETWEEN 5 AND NULL AND 1=0
id = 5 AND NOT id = 5
EXISTS (SELECT 1 FROM settings WHERE 1 = 0)
id IN (SELECT id FROM settings WHERE FALSE)
name NOT LIKE '%'
"""


def table(everywhere: str, own: dict[str, str] | None = None) -> list[tuple[str, str]]:
    chosen = own or {}
    return [
        (dialect, line)
        for dialect in DIALECTS
        for line in (everywhere + chosen.get(dialect, "")).splitlines()
        if line and not (dialect == "postgres" and line.startswith("?"))
    ]


@pytest.mark.parametrize(("dialect", "condition"), table(TRUE_EVERYWHERE, TRUE))
def test_what_is_true_for_every_row_restricts_nothing(dialect: str, condition: str) -> None:
    assert extent(condition, dialect) is ALL


@pytest.mark.parametrize(("dialect", "condition"), table(STOPPED_EVERYWHERE))
def test_what_does_not_look_at_the_row_or_is_not_understood_counts_as_all(dialect: str, condition: str) -> None:
    assert extent(condition, dialect) is UNKNOWN


@pytest.mark.parametrize(("dialect", "condition"), table(NEVER_EVERYWHERE))
def test_what_is_never_true_takes_no_row(dialect: str, condition: str) -> None:
    assert extent(condition, dialect) is NONE


JOINED = TargetNames(("o",), ("c", "p"), "orders")


@pytest.mark.parametrize("dialect", list(DIALECTS))
@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("c.id = o.customer_id", SOME),
        ("c.id = customer_id", SOME),
        ("o.id = 5", SOME),
        ("id = 5", SOME),
        ("c.id = 5", UNKNOWN),
        ("c.city = 'Oslo' AND p.id = c.id", UNKNOWN),
        ("c.city = 'Oslo' AND o.customer_id = c.id", SOME),
        ("c.city = 'Oslo' OR o.customer_id = c.id", UNKNOWN),
        ("o.id = o.id", ALL),
        ("o.id = id", ALL),
        ("c.id = o.customer_id OR 1 = 1", ALL),
        ("c.id = o.customer_id AND 1 = 0", NONE),
        ("o.id IN (SELECT id FROM orders)", ALL),
        ("shop.o.id = 5", SOME),
        ("c.id IN (1, 2)", UNKNOWN),
        ("o.total > c.credit OR o.total <= c.credit", ALL),
    ],
)
def test_only_columns_of_the_target_restrict_it(dialect: str, condition: str, expected: Extent) -> None:
    assert extent(condition, dialect, JOINED) is expected


@pytest.mark.parametrize(
    ("condition", "modes", "expected"),
    [
        ("1 || 0", (), ALL),
        ("id = 5 || 1", (), ALL),
        ("id = 'a' || 'b'", (Mode.PIPES_AS_CONCAT,), SOME),
        ("id || '' = id", (Mode.PIPES_AS_CONCAT,), ALL),
        ("NOT 1 = 2", (), ALL),
        ("NOT 1 = 2", (Mode.HIGH_NOT_PRECEDENCE,), NONE),
        ("NOT 0 = 1", (Mode.HIGH_NOT_PRECEDENCE,), ALL),
        ('"id" = id', (), SOME),
        ('"id" = id', (Mode.ANSI_QUOTES,), ALL),
        ('"id" = \'id\'', (), ALL),
        ("note = '\\' OR 1=1 OR note = '\\'", (Mode.NO_BACKSLASH_ESCAPES,), ALL),
        ("note = 'it''s \\' WHERE id = 103 '", (), SOME),
    ],
)
def test_the_modes_of_mysql_change_what_a_condition_means(
    condition: str, modes: tuple[Mode, ...], expected: Extent
) -> None:
    server = DIALECTS["mariadb"].with_modes(*modes)
    assert extent_of(lex(condition, server), server, ORDERS) is expected


def test_a_quoted_name_in_sqlite_is_a_column_when_the_catalog_knows_it() -> None:
    known = TargetNames(("orders",), columns=frozenset({"status", "id"}))
    assert extent("\"status\" <> 'paid'", "sqlite", known) is SOME
    assert extent("\"statsu\" <> 'paid'", "sqlite", known) is ALL


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('"id" > 5', SOME),
        ('5 < "id"', SOME),
        ('"id" NOT IN (1, 2)', SOME),
        ('"total" NOT BETWEEN 1 AND 2', SOME),
        ('"total" <> -1', SOME),
        ('"open" <> \'none\'', ALL),
        ('"open" NOT IN (\'a\')', ALL),
        ('"open" IS NOT NULL', ALL),
    ],
)
def test_a_quoted_name_in_sqlite_beside_a_number_is_a_column(condition: str, expected: Extent) -> None:
    assert extent(condition, "sqlite") is expected


@pytest.mark.parametrize("dialect", ["mysql", "mariadb"])
def test_strings_that_differ_in_case_or_accents_only_are_left_to_the_collation(dialect: str) -> None:
    assert extent("'a' = 'A'", dialect) is UNKNOWN
    assert extent("'e' = 'é'", dialect) is UNKNOWN


def test_a_column_of_mysql_may_equal_strings_that_differ_in_case() -> None:
    assert extent("status = 'open' AND status = 'OPEN'", "mariadb") is SOME
    assert extent("status = 'open' AND status = 'OPEN'", "postgres") is NONE


@pytest.mark.parametrize("dialect", list(DIALECTS))
def test_what_random_functions_give_twice_is_not_equal(dialect: str) -> None:
    assert extent("id = random() OR id <> random()", dialect) is SOME
    assert extent("random() < 0.5", dialect) is UNKNOWN
