"""Subqueries over the written table itself: those that leave no row out, and those that pick."""

from __future__ import annotations

import pytest

from safesql.guard.action import Action
from safesql.guard.effect import Extent
from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.guard.predicate import TargetNames, extent_of
from safesql.sql.dialects import DIALECTS
from safesql.sql.lexer import lex
from safesql.sql.splitter import split
from safesql.sql.statement import Statement

ALL, SOME, NONE, UNKNOWN = Extent.ALL, Extent.SOME, Extent.NONE, Extent.UNKNOWN
HOLD_EVERY_ROW = """
id IN (SELECT DISTINCT id FROM orders)
id IN (SELECT o.id FROM orders o)
id IN (SELECT o.id FROM orders AS o ORDER BY 1)
id IN (SELECT id FROM public.orders)
id IN (SELECT id FROM orders WHERE TRUE)
id IN (SELECT o.id FROM orders o WHERE o.id = orders.id)
id IN (SELECT id FROM orders GROUP BY id)
id IN (SELECT id FROM orders UNION SELECT 1)
id IN (SELECT 1 UNION ALL SELECT id FROM orders)
id IN (SELECT q.id FROM (SELECT * FROM orders) AS q)
id IN (SELECT n FROM (SELECT id AS n FROM orders) AS q)
id IN (SELECT n FROM (SELECT id FROM orders) AS q (n))
id IN (WITH x AS (SELECT id FROM orders) SELECT id FROM x)
id IN (WITH x (n) AS (SELECT id FROM orders) SELECT n FROM x)
id IN (SELECT * FROM (SELECT id FROM orders) AS q)
(id, status) IN (SELECT id, status FROM orders)
EXISTS (SELECT 1 FROM orders x WHERE x.id = orders.id)
EXISTS (SELECT * FROM orders)
EXISTS (SELECT 1 FROM orders x WHERE x.customer_id = orders.customer_id)
EXISTS (SELECT 1 FROM orders x WHERE x.id IS NOT DISTINCT FROM orders.id)
id = ANY (SELECT id FROM orders)
id = SOME (SELECT id FROM orders)
id >= ANY (SELECT id FROM orders)
NOT id <> ALL (SELECT id FROM orders)
id >= ALL (SELECT min(id) FROM orders)
id <= ANY (SELECT max(id) FROM orders)
id IN (SELECT x.id FROM orders x LEFT JOIN items i ON i.order_id = x.id)
EXISTS (SELECT 1 FROM orders x WHERE x.id = orders.id LIMIT 1)
EXISTS (SELECT 1 FROM orders LIMIT 10)
id IN (SELECT id FROM orders OFFSET 0)
id = (SELECT x.id FROM orders x WHERE x.id = orders.id)
id = (SELECT x.id FROM orders x WHERE x.id = orders.id LIMIT 1)
id = (SELECT max(x.id) FROM orders x WHERE orders.id = x.id)
id <= (SELECT x.id FROM orders x WHERE x.total = orders.total AND x.id = orders.id ORDER BY 1 LIMIT 1)
id >= (SELECT min(id) FROM orders)
id <= (SELECT max(o.id) FROM orders o)
(SELECT min(id) FROM orders) <= id
total >= (SELECT min(x.total) FROM orders x WHERE x.id = orders.id)
(SELECT count(*) FROM orders) > 0
(SELECT count(*) FROM orders x WHERE x.id = orders.id) >= 1
(SELECT count(*) FROM items WHERE items.order_id = orders.id) >= 0
EXISTS (SELECT count(*) FROM items WHERE items.order_id = orders.id)
EXISTS (SELECT max(id) FROM items WHERE FALSE)
"""
PICK_ROWS = """
id IN (SELECT id FROM orders WHERE status = 'open')
id IN (SELECT id FROM orders LIMIT 5)
id IN (SELECT id FROM orders ORDER BY total LIMIT 5)
id IN (SELECT min(id) FROM orders GROUP BY customer_id)
id IN (SELECT id FROM (SELECT min(id) AS id FROM orders GROUP BY customer_id) AS keepers)
id IN (SELECT customer_id FROM orders)
id IN (SELECT id FROM archive.orders)
id IN (SELECT id FROM orders EXCEPT SELECT 1)
id IN (SELECT o.id FROM orders o JOIN items i ON i.order_id = o.id)
id IN (WITH x AS (SELECT id FROM orders WHERE total > 5) SELECT id FROM x)
EXISTS (SELECT 1 FROM orders x WHERE x.email = orders.email AND x.id > orders.id)
EXISTS (SELECT 1 FROM orders x WHERE x.id = orders.id AND x.status = 'open')
EXISTS (SELECT (SELECT max(n) FROM p) FROM items WHERE items.order_id = orders.id)
EXISTS (SELECT count(*) OVER () FROM items WHERE items.order_id = orders.id)
id > (SELECT avg(id) FROM orders)
id > ALL (SELECT min(id) FROM orders)
id = ALL (SELECT max(id) FROM orders)
id = ANY (SELECT max(id) FROM orders)
id IN (SELECT x.id FROM orders x JOIN items i ON i.order_id = x.id)
id IN (SELECT x.id FROM orders x LEFT JOIN items i ON i.order_id = x.id WHERE i.id IS NULL)
id IN (SELECT i.order_id FROM orders x LEFT JOIN items i ON i.order_id = x.id)
id IN (SELECT x.id FROM orders x LEFT JOIN items i ON i.order_id = x.id JOIN parts p ON p.id = i.part_id)
EXISTS (SELECT 1 FROM orders x WHERE x.id = orders.id LIMIT 0) OR total > 5
EXISTS (SELECT 1 FROM items i WHERE i.order_id = orders.id LIMIT 1)
id = (SELECT x.parent FROM orders x WHERE x.id = orders.id)
id = (SELECT x.id FROM orders x WHERE x.total = orders.total LIMIT 1)
id = (SELECT max(x.id) FROM orders x WHERE x.email = orders.email)
id = (SELECT x.id FROM orders x WHERE x.id = orders.id AND x.status = 'open')
id = (SELECT x.id FROM orders x WHERE x.id = orders.id OR x.id = orders.id AND x.status = 'open' LIMIT 1)
id = (SELECT x.id FROM orders x WHERE x.id = orders.parent LIMIT 1)
(SELECT x.total FROM orders x WHERE x.id = orders.id) > 5
id = (SELECT x.id FROM orders x WHERE x.id = orders.id LIMIT 1, 1)
id > (SELECT min(id) FROM orders)
total = (SELECT max(total) FROM orders)
id >= ALL (SELECT id FROM orders)
id >= (SELECT min(id) FROM orders WHERE status = 'open')
(SELECT count(*) FROM orders x WHERE x.email = orders.email) > 1
"""
NEVER = """
id NOT IN (SELECT id FROM orders)
id <> ALL (SELECT id FROM orders)
NOT EXISTS (SELECT 1 FROM orders x WHERE x.id = orders.id)
id < (SELECT min(id) FROM orders)
id > (SELECT max(id) FROM orders)
NOT EXISTS (SELECT count(*) FROM items WHERE FALSE)
"""


def extent(condition: str, dialect: str) -> Extent:
    server = DIALECTS[dialect]
    return extent_of(lex(condition, server), server, TargetNames(("orders",)))


def table(lines: str) -> list[str]:
    return lines.strip().splitlines()


@pytest.mark.parametrize("dialect", list(DIALECTS))
@pytest.mark.parametrize("condition", table(HOLD_EVERY_ROW))
def test_a_row_that_finds_itself_is_not_spared(condition: str, dialect: str) -> None:
    assert extent(condition, dialect) is ALL


@pytest.mark.parametrize("dialect", list(DIALECTS))
@pytest.mark.parametrize("condition", table(PICK_ROWS))
def test_a_query_that_picks_among_the_rows_restricts(condition: str, dialect: str) -> None:
    assert extent(condition, dialect) is SOME


@pytest.mark.parametrize("dialect", list(DIALECTS))
@pytest.mark.parametrize("condition", table(NEVER))
def test_a_row_that_must_not_find_itself_is_never_taken(condition: str, dialect: str) -> None:
    assert extent(condition, dialect) is NONE


@pytest.mark.parametrize("dialect", list(DIALECTS))
def test_a_second_bracket_around_the_query_changes_nothing_but_for_sqlite(dialect: str) -> None:
    expected = SOME if dialect == "sqlite" else ALL
    assert extent("id IN ((SELECT id FROM orders))", dialect) is expected


@pytest.mark.parametrize("dialect", list(DIALECTS))
def test_a_query_with_a_condition_of_the_session_may_hold_every_row_or_none(dialect: str) -> None:
    assert extent("id IN (SELECT id FROM orders WHERE random() > 0.5)", dialect) is UNKNOWN
    assert extent("id NOT IN (SELECT id FROM orders WHERE random() > 0.5)", dialect) is UNKNOWN
    assert extent("NOT EXISTS (SELECT 1 FROM orders WHERE random() > 0.5)", dialect) is UNKNOWN


STATEMENTS = """
danger WITH x AS (SELECT id FROM t) DELETE FROM t WHERE id IN (SELECT id FROM x)
danger WITH x (n) AS (SELECT id FROM t) DELETE FROM t WHERE id IN (SELECT n FROM x)
danger WITH x AS (SELECT id FROM t WHERE 1 = 1) UPDATE t SET a = 1 WHERE EXISTS (SELECT 1 FROM x WHERE x.id = t.id)
danger WITH x AS (SELECT * FROM t), y AS (SELECT id FROM x) DELETE FROM t WHERE id IN (SELECT id FROM y)
safe WITH x AS (SELECT id FROM t WHERE a = 1) DELETE FROM t WHERE id IN (SELECT id FROM x)
safe WITH x AS (SELECT id FROM t), y AS (SELECT id FROM x WHERE id > 5) DELETE FROM t WHERE id IN (SELECT id FROM y)
safe WITH x AS (SELECT min(id) AS id FROM t GROUP BY a) DELETE FROM t WHERE id IN (SELECT id FROM x)
safe WITH x AS (SELECT id FROM o) DELETE FROM t WHERE id IN (SELECT id FROM x)
danger UPDATE t SET a = 1 FROM (VALUES (1)) AS v (n) WHERE n = 1
danger UPDATE t SET a = 1 FROM o AS g WHERE g = 1
safe UPDATE t SET a = 1 FROM (VALUES (1)) AS v (n) WHERE n = id
"""


@pytest.mark.parametrize("line", table(STATEMENTS))
def test_the_queries_of_a_statement_are_known_in_its_condition(line: str) -> None:
    label, _, text = line.partition(" ")
    verdicts = [judge(piece, Policy()) for piece in split(text, DIALECTS["postgres"]) if isinstance(piece, Statement)]
    assert [verdict.action > Action.ALLOW for verdict in verdicts] == [label == "danger"]


def test_the_schema_of_the_written_table_tells_it_from_others() -> None:
    server = DIALECTS["postgres"]
    names = TargetNames(("orders",), schema="archive")
    assert extent_of(lex("id IN (SELECT id FROM archive.orders)", server), server, names) is ALL
    assert extent_of(lex("id IN (SELECT id FROM orders)", server), server, names) is SOME
