"""A statement with changes in its WITH, taken apart: what each part would read if it ran alone."""

from __future__ import annotations

import pytest

from safesql.guard.analysis import effect_of
from safesql.rewrite.images.taken_apart import taken_apart
from safesql.rewrite.selection import Refusal
from safesql.sql.dialects.postgres import DIALECT
from safesql.sql.splitter import split
from safesql.sql.statement import Statement

PARTS = {
    "DELETE FROM t WHERE a = 1": ["DELETE FROM t WHERE a = 1"],
    "WITH r AS (SELECT 1) DELETE FROM t USING r": ["WITH r AS (SELECT 1) DELETE FROM t USING r"],
    "WITH d AS (DELETE FROM t WHERE a = 1 RETURNING *) INSERT INTO u SELECT * FROM d": ["DELETE FROM t WHERE a = 1 RETURNING *"],
    "WITH d AS (DELETE FROM t WHERE a = 1 RETURNING b, 'RETURNING') UPDATE u SET x = 1 FROM d WHERE d.b = u.b": [
        "DELETE FROM t WHERE a = 1 RETURNING b, 'RETURNING'",
        "WITH d AS (SELECT b, 'RETURNING' FROM t WHERE a = 1) UPDATE u SET x = 1 FROM d WHERE d.b = u.b",
    ],
    "WITH d (x) AS MATERIALIZED (DELETE FROM t AS o USING s WHERE o.a = s.a RETURNING o.b), e AS (SELECT x FROM d) "
    "DELETE FROM u WHERE b IN (TABLE e)": [
        "DELETE FROM t AS o USING s WHERE o.a = s.a RETURNING o.b",
        "WITH d (x) AS MATERIALIZED (SELECT o.b FROM t AS o, s WHERE o.a = s.a), e AS (SELECT x FROM d) "
        "DELETE FROM u WHERE b IN (TABLE e)",
    ],
    'WITH t AS (DELETE FROM t RETURNING a), "T" AS (UPDATE w SET a = 2 WHERE c IN (TABLE t) RETURNING c) SELECT * FROM "T"': [
        "DELETE FROM t RETURNING a",
        "WITH t AS (SELECT a FROM t) UPDATE w SET a = 2 WHERE c IN (TABLE t) RETURNING c",
    ],
    "WITH u AS (UPDATE t SET a = 2 WHERE a = 1 RETURNING b) DELETE FROM s USING u WHERE s.b = u.b": [
        "UPDATE t SET a = 2 WHERE a = 1 RETURNING b",
        "WITH u AS (SELECT b FROM t WHERE a = 1) DELETE FROM s USING u WHERE s.b = u.b",
    ],
    "WITH u AS (UPDATE t SET a = 2 RETURNING *), i AS (INSERT INTO s VALUES (1)) DELETE FROM s WHERE b = 1": [
        "UPDATE t SET a = 2 RETURNING *", "DELETE FROM s WHERE b = 1",
    ],
    "WITH RECURSIVE r AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM r), d AS (DELETE FROM t USING r WHERE a = i) SELECT 1": [
        "WITH RECURSIVE r AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM r) DELETE FROM t USING r WHERE a = i",
    ],
}  # fmt: skip
REFUSED = {
    "WITH u AS (UPDATE t SET a = 2 RETURNING *) DELETE FROM s USING u WHERE s.b = u.b": "what u returns",
    "WITH u AS (UPDATE t SET a = 2 RETURNING a) DELETE FROM s USING u WHERE s.a = u.a": "what u returns",
    "WITH u AS (UPDATE t SET (a, b) = (1, 2) RETURNING b + 1), e AS (TABLE u) DELETE FROM s USING e": "what u returns",
    "WITH i AS (INSERT INTO t VALUES (1) RETURNING a) DELETE FROM s USING i WHERE s.a = i.a": "what i returns",
}


@pytest.mark.parametrize("text", PARTS)
def test_each_part_stands_behind_what_it_may_see(text: str) -> None:
    found = _parts(text)
    assert not isinstance(found, Refusal)
    assert [part.text for part in found] == PARTS[text]


@pytest.mark.parametrize("text", REFUSED)
def test_what_another_part_changed_first_cannot_be_read_before(text: str) -> None:
    found = _parts(text)
    assert isinstance(found, Refusal)
    assert REFUSED[text] in found.reason


def _parts(text: str) -> tuple[Statement, ...] | Refusal:
    (statement,) = split(f"{text};", DIALECT)
    assert isinstance(statement, Statement)
    return taken_apart(effect_of(statement), statement)
