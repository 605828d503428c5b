"""The grammar of whole statements: DELETE, UPDATE, MERGE, REPLACE, upserts, with joins and common tables."""

from __future__ import annotations

from functools import cache

from tests.guard.execution.conditions import EVERYWHERE, OWN
from tests.guard.execution.tree import Grammar

PLAIN = """
DELETE FROM t WHERE {cond}
DELETE FROM t WHERE {cond}
DELETE FROM t WHERE {cond}
DELETE FROM t WHERE {cond}
UPDATE t SET mark = 1 WHERE {cond}
UPDATE t SET mark = mark + 1, s = 'x' WHERE {cond}
UPDATE t SET a = a, mark = (SELECT 1) WHERE {cond}
"""
COMMON = """
WITH c AS (SELECT k AS n FROM o WHERE {joinless}) DELETE FROM t WHERE {column} {not}IN (SELECT n FROM c)
WITH c AS (SELECT k AS n FROM o) UPDATE t SET mark = 1 WHERE EXISTS (SELECT 1 FROM c WHERE c.n = t.a)
WITH c AS (SELECT id FROM t WHERE {cond}) DELETE FROM t WHERE id IN (SELECT id FROM c)
WITH c (n) AS (SELECT id FROM t) UPDATE t SET mark = 1 WHERE id IN (SELECT n FROM c WHERE n {cmp} {number})
INSERT INTO t (id, mark) SELECT id, 1 FROM t WHERE {cond} ON CONFLICT (id) DO UPDATE SET mark = 1
INSERT INTO t (id, mark) SELECT id, 1 FROM t WHERE TRUE ON CONFLICT (id) DO UPDATE SET mark = 1 WHERE {cond}
INSERT INTO t (id, mark) VALUES (1, 1), (2, 1) ON CONFLICT (id) DO UPDATE SET mark = excluded.mark WHERE {cond}
INSERT INTO t (id, mark) SELECT k, 1 FROM o WHERE k IS NOT NULL AND {joinless} GROUP BY k ON CONFLICT (id) DO UPDATE SET mark = 1
UPDATE t SET mark = 1 FROM o WHERE {joined}
UPDATE t SET mark = 1 FROM o JOIN o AS o2 ON o.k = o2.k WHERE o.k = t.id AND {cond}
UPDATE big AS t SET mark = 1 FROM (SELECT k FROM o) AS o WHERE o.k = t.id OR {cond}
UPDATE big AS t SET mark = 1 WHERE {cond}
DELETE FROM big AS t WHERE {cond}
DELETE FROM t WHERE {cond} RETURNING id
"""
POSTGRES = """
DELETE FROM t USING o WHERE {joined}
DELETE FROM big AS t USING o WHERE {joined} AND {cond}
DELETE FROM ONLY big t WHERE {cond}
UPDATE t SET (mark, s) = (1, 'x') WHERE {cond}
MERGE INTO t USING o ON {joined} WHEN MATCHED THEN DELETE
MERGE INTO t USING o ON o.k = t.id WHEN MATCHED AND {cond} THEN UPDATE SET mark = 1
MERGE INTO big AS t USING (SELECT DISTINCT k, 1 AS v, '' AS w FROM o) AS o ON {joined} WHEN MATCHED THEN UPDATE SET mark = 1 WHEN NOT MATCHED THEN DO NOTHING
WITH gone AS (DELETE FROM t WHERE {cond} RETURNING id) SELECT count(*) FROM gone
DELETE FROM t WHERE {cond} AND {column} IN (SELECT k FROM o)
"""
MARIADB = """
DELETE FROM t WHERE {cond} LIMIT 5
DELETE FROM t WHERE {cond} ORDER BY id LIMIT 100
UPDATE t SET mark = 1 WHERE {cond} ORDER BY a DESC LIMIT 3
DELETE t FROM t JOIN o ON {joined}
DELETE t FROM t JOIN o ON {joined} WHERE {cond}
DELETE t FROM t LEFT JOIN o ON o.k = t.id WHERE {joined}
DELETE t FROM big AS t, o WHERE {joined}
DELETE FROM t USING t INNER JOIN o ON o.k = t.id WHERE {joined}
UPDATE t JOIN o ON {joined} SET t.mark = 1
UPDATE t, o SET t.mark = 1 WHERE {joined} AND {cond}
UPDATE big AS t LEFT JOIN o ON {joined} SET t.mark = 1 WHERE {cond}
UPDATE t JOIN (SELECT DISTINCT k, 1 AS v, '' AS w FROM o) AS o ON {joined} SET t.mark = 1
UPDATE big AS t SET mark = 1 WHERE {cond}
REPLACE INTO t (id, mark) SELECT id, 1 FROM t WHERE {cond}
REPLACE INTO t (id, mark) VALUES (1, 1), (2, 1)
INSERT INTO t (id, mark) SELECT id, 1 FROM t WHERE {cond} ON DUPLICATE KEY UPDATE mark = 1
INSERT INTO t (id, mark) VALUES (1, 1) ON DUPLICATE KEY UPDATE mark = 1
DELETE FROM t WHERE {cond} RETURNING id
"""
SQLITE = """
UPDATE OR IGNORE t SET mark = 1 WHERE {cond}
REPLACE INTO t (id, mark) SELECT id, 1 FROM t WHERE {cond}
INSERT OR REPLACE INTO t (id, mark) VALUES (1, 1), (2, 1)
UPDATE t SET (mark, s) = (1, 'x') WHERE {cond}
"""
FORMS = {"postgres": COMMON + POSTGRES, "mariadb": MARIADB, "sqlite": COMMON + SQLITE}


@cache
def grammar(dialect: str) -> Grammar:
    """The statements of one server."""
    own = OWN[dialect]
    rules = {sort: lines(EVERYWHERE.get(sort, "") + "\n" + own.get(sort, "")) for sort in {**EVERYWHERE, **own}}
    rules["joinless"] = ["k > 0", "k <= 2", "TRUE", "k IS NOT NULL"]
    rules["statement"] = lines(PLAIN * 4 + FORMS[dialect])
    rules["not"] = ["", "NOT "]
    return Grammar(rules)


def lines(text: str) -> list[str]:
    """One production a line."""
    return [line for line in text.split("\n") if line]
