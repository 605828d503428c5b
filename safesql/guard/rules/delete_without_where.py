"""DELETE that names no rows."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect
from safesql.guard.facts import Facts
from safesql.guard.hits import named, noted, unbounded
from safesql.guard.rule import Example, Hit, Rule


def check(effect: Effect, _facts: Facts) -> Iterator[Hit]:
    """Flag each DELETE, however deep, whose rows nothing restricts."""
    for write in unbounded(effect, "DELETE"):
        yield noted(write, f"every row of {named(write)} goes", "name the rows: DELETE FROM … WHERE key = …")


RULE = Rule(
    name="delete-without-where",
    why="Without a WHERE that restricts, every row goes, and the server does not ask.",
    check=check,
    flagged=(
        Example("DELETE FROM t"),
        Example("delete from t where 1=1"),
        Example("DELETE FROM t WHERE id = id"),
        Example("DELETE FROM t LIMIT 5", ("mysql", "mariadb")),
        Example("WITH d AS (DELETE FROM t RETURNING id) SELECT count(*) FROM d", ("postgres",)),
        Example("EXPLAIN ANALYZE DELETE FROM t", ("postgres",)),
        Example("ANALYZE DELETE FROM t", ("mariadb",)),
        Example("DELETE a FROM t a JOIN u b", ("mysql", "mariadb")),
        Example("EXECUTE IMMEDIATE 'DELETE FROM t'", ("mariadb",)),
        Example("DO $$ BEGIN DELETE FROM t; END $$", ("postgres",)),
        Example("MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE", ("postgres",)),
    ),
    passed=(
        Example("DELETE FROM t WHERE id = 1"),
        Example("SELECT 'DELETE FROM t'"),
        Example("DELETE FROM t WHERE 1 = 0"),
        Example("EXPLAIN DELETE FROM t"),
        Example("DELETE FROM t USING u WHERE t.id = u.id", ("postgres",)),
    ),
    default=(Action.BLOCK, Action.TYPE, Action.CONFIRM),
    verbs=frozenset({"DELETE"}),
)
