"""Conditions that are the same for every row, however they are spelled, beside those that only look like them."""

from __future__ import annotations

import pytest

from safesql.guard.effect import Extent
from safesql.guard.predicate import TargetNames, extent_of
from safesql.sql.dialects import DIALECTS
from safesql.sql.lexer import lex

ALL, SOME, NONE, UNKNOWN = Extent.ALL, Extent.SOME, Extent.NONE, Extent.UNKNOWN
POSTGRES, MYSQL, SQLITE, EVERYWHERE = ("postgres",), ("mysql", "mariadb"), ("sqlite",), tuple(DIALECTS)
BUT_SQLITE = tuple(dialect for dialect in DIALECTS if dialect != "sqlite")
CONDITIONS = [
    (ALL, EVERYWHERE, "- -id = id"),
    (ALL, EVERYWHERE, "-(-id) = +id"),
    (ALL, EVERYWHERE, "~ ~id >= id"),
    (ALL, BUT_SQLITE, "total = -(-total)"),
    (SOME, EVERYWHERE, "-id = id"),
    (SOME, EVERYWHERE, "-(-id) = 5"),
    (SOME, EVERYWHERE, "- -id = -total"),
    (SOME, SQLITE, "- -name = name"),
    (ALL, POSTGRES, "pg_catalog.int4eq(id, id)"),
    (ALL, POSTGRES, "NOT int4ne(id, id)"),
    (ALL, POSTGRES, "texteq(name, name) AND numeric_ge(total, total)"),
    (ALL, POSTGRES, "int4eq(1, 1)"),
    (ALL, POSTGRES, "text_le(name, 'x') OR text_gt(name, 'x')"),
    (ALL, POSTGRES, "textlike(name, '%')"),
    (ALL, POSTGRES, "textregexeq(name, '')"),
    (ALL, POSTGRES, "id OPERATOR(pg_catalog.=) id"),
    (NONE, POSTGRES, "int4ne(id, id)"),
    (NONE, POSTGRES, "textnlike(name, '%')"),
    (SOME, POSTGRES, "int4eq(id, 5)"),
    (SOME, POSTGRES, "int4eq(id, parent)"),
    (SOME, POSTGRES, "textlike(name, 'a%')"),
    (SOME, POSTGRES, "timestamptz_lt(placed, '2024-01-01')"),
    (SOME, BUT_SQLITE[1:], "int4eq(id, id)"),
    (ALL, EVERYWHERE, "coalesce(paid, true) OR NOT paid"),
    (ALL, EVERYWHERE, "coalesce(paid, false) OR paid IS NOT TRUE"),
    (ALL, EVERYWHERE, "NOT coalesce(paid, false) OR coalesce(paid, true)"),
    (SOME, EVERYWHERE, "coalesce(paid, true)"),
    (SOME, EVERYWHERE, "NOT coalesce(paid, false)"),
    (SOME, EVERYWHERE, "coalesce(paid, true) OR NOT sent"),
    (SOME, EVERYWHERE, "coalesce(paid, false) AND NOT sent"),
    (NONE, EVERYWHERE, "coalesce(paid, false) AND NOT paid"),
    (SOME, EVERYWHERE, "coalesce(total, 0) > 5"),
    (UNKNOWN, POSTGRES, "pg_typeof(id) = 'integer'::regtype"),
    (UNKNOWN, POSTGRES, "pg_typeof(id)::text <> 'bigint'"),
    (ALL, POSTGRES, "pg_typeof(id) IS NOT NULL"),
    (UNKNOWN, ("mysql", "mariadb"), "charset(name) = 'utf8mb4'"),
    (SOME, POSTGRES, "jsonb_typeof(doc) = 'array'"),
    (SOME, SQLITE, "typeof(id) = 'integer'"),
    (ALL, POSTGRES, "num_nonnulls(id, name) >= 0"),
    (SOME, POSTGRES, "num_nonnulls(id, name) >= 1"),
    (ALL, POSTGRES + MYSQL, "EXTRACT(MONTH FROM placed) BETWEEN 1 AND 12"),
    (ALL, POSTGRES + MYSQL, "extract(day from placed) > 0"),
    (ALL, POSTGRES, "date_part('month', placed) <= 12"),
    (ALL, POSTGRES + MYSQL, "EXTRACT(YEAR FROM placed) = EXTRACT(year FROM placed)"),
    (SOME, POSTGRES + MYSQL, "EXTRACT(YEAR FROM placed) = EXTRACT(DAY FROM placed)"),
    (SOME, POSTGRES + MYSQL, "EXTRACT(MONTH FROM placed) = 12"),
    (SOME, POSTGRES, "EXTRACT(SECOND FROM placed) <= 59"),
    (SOME, POSTGRES, "date_part('month', placed) = date_part('day', placed)"),
    (ALL, POSTGRES, "(id = 3)::int >= 0"),
    (ALL, POSTGRES, "CAST(total > 5 AS integer) IN (0, 1)"),
    (SOME, POSTGRES, "(id = 3)::int = 1"),
    (ALL, MYSQL, "CAST(id AS SIGNED) = id"),
    (ALL, MYSQL, "CAST(total AS UNSIGNED) >= 0"),
    (SOME, MYSQL, "CAST(total AS UNSIGNED) > 0"),
    (SOME, MYSQL, "CAST(name AS SIGNED) = name"),
    (ALL, POSTGRES + MYSQL, "LEAST(total, 5) <= 5"),
    (SOME, POSTGRES + MYSQL, "LEAST(total, 5) < 5"),
    (ALL, SQLITE, "min(total, 5) <= 5"),
    (ALL, EVERYWHERE, "id IN (VALUES (orders.id))"),
    (ALL, POSTGRES, "id = (VALUES (orders.id))"),
    (SOME, EVERYWHERE, "id IN (VALUES (3))"),
    (SOME, EVERYWHERE, "id IN (VALUES (3), (4))"),
    (ALL, MYSQL, "name LIKE BINARY name"),
    (SOME, MYSQL, "name LIKE BINARY note"),
]
CASES = [(dialect, condition, expected) for expected, dialects, condition in CONDITIONS for dialect in dialects]


@pytest.mark.parametrize(("dialect", "condition", "expected"), CASES)
def test_what_a_condition_means_and_not_its_spelling_decides(dialect: str, condition: str, expected: Extent) -> None:
    server = DIALECTS[dialect]
    assert extent_of(lex(condition, server), server, TargetNames(("orders",))) is expected
