"""Conditions that restrict nothing, that are never true, and those that look like either and are not."""

from __future__ import annotations

import pytest

from safesql.guard.effect import Extent
from safesql.guard.predicate import TargetNames, extent_of
from safesql.sql.dialect import Mode
from safesql.sql.dialects import DIALECTS
from safesql.sql.lexer import lex

ALL, SOME, NONE, UNKNOWN = Extent.ALL, Extent.SOME, Extent.NONE, Extent.UNKNOWN
ORDERS = TargetNames(("orders",))


def extent(condition: str, dialect: str, target: TargetNames = ORDERS, *modes: Mode) -> Extent:
    server = DIALECTS[dialect]
    if modes:
        server = server.with_modes(*modes)
    return extent_of(lex(condition, server), server, target)


TRUE_EVERYWHERE = """
1=1
1 = 1
(1=1)
1 = 1.0
1 <> 2
1 != 0
-1 < 0
1 + 1 = 2
2 * 3 = 6
7 % 3 = 1
0 >= 0 AND 0 <= 0
5 BETWEEN 1 AND 9
5 NOT BETWEEN 6 AND 9
1 IN (1, 2)
3 NOT IN (1, 2)
'a' = 'a'
'a' <> 'b'
'abc' LIKE 'a%'
'abc' LIKE '%'
NULL IS NULL
1 IS NOT NULL
TRUE
NOT FALSE
NOT NOT TRUE
TRUE IS TRUE
FALSE IS NOT TRUE
NULL IS NOT TRUE
TRUE OR id = 5
id = 5 OR 1=1
id = 103 OR id = id
(id = 103 AND 1=0) OR 1=1
NOT (id = 103 AND 1 = 0)
1=1 AND (id = 3 OR TRUE)
CASE WHEN 1=1 THEN TRUE ELSE FALSE END
CASE WHEN id = 5 THEN TRUE ELSE TRUE END
CASE WHEN id = 5 THEN 1 ELSE 1 END = 1
CASE 1 WHEN 1 THEN TRUE END
COALESCE(NULL, 1) = 1
NULLIF(1, 1) IS NULL
NULLIF(id, id) IS NULL
LENGTH('abc') = 3
ABS(-1) = 1
UPPER('a') = 'A'
id = id
orders.id = id
ID = orders.ID
id >= id
id <= id
NOT (id <> id)
NOT (id < id)
id LIKE id
id IN (id)
id IN (1, id, 3)
id BETWEEN id AND id
id + 0 = id
id * 1 = id
id - id = 0
-id = -id
id + total = total + id
COALESCE(id, id) = id
COALESCE(id, 0) = id
UPPER(name) = UPPER(name)
(id, status) = (id, status)
id = id AND 1 = 1
name = name AND value = value
total > 100 OR total <= 100
id > 0 OR id <= 0
id < 5 OR id >= 3
id <> 1 OR id <> 2
id < 1 OR id = 1 OR id > 1
id >= 5 OR NOT id >= 5
status = 'open' OR status <> 'open'
status = 'open' OR NOT status = 'open'
status IN ('a', 'b') OR status NOT IN ('a', 'b')
name LIKE 'a%' OR name NOT LIKE 'a%'
a > b OR a <= b
a = b OR a <> b
lower(a) = b OR lower(a) <> b
id IS NULL OR id IS NOT NULL
id IS NULL OR id = 5 OR id <> 5
NOT (id = 1 AND id = 2)
NOT (id > 5 AND id < 3)
(id = 5) = (id = 5)
id = 5 OR (id <> 5 AND 1=1)
name LIKE '%'
name LIKE '%%'
name LIKE '%' OR id = 5
EXISTS (SELECT 1)
EXISTS (SELECT NULL)
NOT EXISTS (SELECT 1 FROM customers WHERE 1=0)
id NOT IN (SELECT order_id FROM order_items WHERE 1=0)
id = (SELECT id)
id IN (SELECT orders.id)
1 = (SELECT 1)
1 IN (SELECT 1)
CAST(name AS varchar) = name
LENGTH(name) >= 0
LENGTH(name) > -1
NOT LENGTH(name) < 0
COALESCE(note, 'x') IS NOT NULL
id & id = id
(id = 5) IS NOT NULL
(id = 5) IN (TRUE, FALSE)
id IN (SELECT id FROM orders)
id IN (SELECT orders.id FROM orders)
"""
TRUE = {
    "postgres": r"""
't'
'yes'
' TRUE '
'on'::bool
't'::boolean
bool 't'
CAST('1' AS boolean)
CAST(1 AS boolean)
1::int = 1
'1' = 1
'a' || 'b' = 'ab'
$$a$$ = 'a'
E'\n' = E'\n'
B'1' = B'1'
'2024-01-01'::date < '2024-02-01'::date
DATE '2024-01-01' = DATE '2024-01-01'
"id" = ID
"id" = id
ctid IS NOT NULL
name::text = name
id IS NOT DISTINCT FROM id
NOT (id IS DISTINCT FROM id)
id = ANY (ARRAY[id])
id = ANY (ARRAY[1, id])
id = ALL (ARRAY[id])
1 = ANY (ARRAY[1, 2])
ROW(id) = ROW(id)
id OPERATOR(pg_catalog.=) id
id::text = id::text
name ~ '.*'
name ~ ''
name ~ '^'
name ~* '^.*$'
name ILIKE '%'
name ~~ '%'
name SIMILAR TO '%'
name LIKE ANY (ARRAY['%', 'a'])
name || '' = name
id BETWEEN SYMMETRIC id AND id
1 IS DISTINCT FROM 2
TRUE IS NOT UNKNOWN
id <> ALL (ARRAY[]::int[]) OR id IS NULL OR TRUE
greatest(1, 2) = 2
0.1 + 0.2 = 0.3
""",
    "mysql": r"""
1
-1
0.5
'1'
'1abc'
0x01
!0
! 0
1 && 1
1 || 0
0 || 1
1 XOR 0
~0
1 <=> 1
NULL <=> NULL
id <=> id
note <=> note
1 IS NOT UNKNOWN
'a' = "a"
'1' = 1
'01' = 1
'a' < 'b'
id = 3 || 1=1
`id` = id
ID = `id`
name REGEXP '.*'
name RLIKE '^'
name REGEXP ''
name RLIKE '.*$'
IF(1, 1, 0)
IF(id = 5, 1, 1)
IFNULL(NULL, 1)
ISNULL(NULL)
STRCMP('a', 'a') = 0
CONCAT('a', 'b') = 'ab'
CAST('1' AS SIGNED)
name SOUNDS LIKE name
id DIV id = 1
id | 0 = id
id & 0 = 0
id ^ id = 0
5 DIV 2 = 2
5 / 2 = 2.5
0 = NULL IS NULL
LEAST(1, 2) = 1
0.1 + 0.2 = 0.3
name = name COLLATE utf8mb4_bin
1 = 2 IN (1) OR TRUE
""",
    "sqlite": r"""
1
-1
'1'
0.5
1==1
1 IS 1
2 IS 2
NULL IS NULL AND 2 IS 2
1 IS NOT 2
1 NOTNULL
NULL ISNULL
1 NOT NULL
id == id
id IS id
rowid = oid
rowid IS NOT NULL
_rowid_ = rowid
id IS NOT DISTINCT FROM id
[id] = `id`
"id" = id
name GLOB '*'
'abc' GLOB '*'
glob('*', name)
like('%', name)
name || '' = name
id NOT IN ()
'a' < 'b'
1 < 'a'
iif(1, 1, 0)
ifnull(NULL, 1)
CAST('1' AS INTEGER)
"nothing" = "nothing"
"open" <> 'none'
"nothing" IS NOT NULL
'a' || 'b' = 'ab'
0.1 + 0.2 <> 0.3
""",
}
TRUE["mariadb"] = TRUE["mysql"]
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
]


@pytest.mark.parametrize(("dialect", "condition", "expected"), FOUND_BY_EXECUTION)
def test_what_generated_conditions_taught_stays_learnt(dialect: str, condition: str, expected: Extent) -> None:
    assert extent(condition, dialect, TargetNames(("t",))) is expected


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
