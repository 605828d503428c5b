"""TRUNCATE, and what empties a table in its way."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect
from safesql.guard.facts import Facts
from safesql.guard.hits import named, noted, unbounded
from safesql.guard.rule import Example, Hit, Rule


def check(effect: Effect, _facts: Facts) -> Iterator[Hit]:
    """Flag every TRUNCATE; only a temporary table may be emptied quietly."""
    for write in unbounded(effect, "TRUNCATE"):
        yield noted(write, f"{named(write)} is emptied", "delete the rows that may go: DELETE FROM … WHERE …")


RULE = Rule(
    name="truncate",
    why="All rows go at once, no trigger sees them, and on MySQL and MariaDB no ROLLBACK brings them back.",
    check=check,
    flagged=(
        Example("TRUNCATE TABLE t", ("postgres", "mysql", "mariadb")),
        Example("TRUNCATE t, u CASCADE", ("postgres",)),
        Example("REFRESH MATERIALIZED VIEW v WITH NO DATA", ("postgres",)),
    ),
    passed=(
        Example("SELECT date_trunc('day', now())", ("postgres",)),
        Example("SELECT TRUNCATE(1.5, 0)", ("mysql", "mariadb")),
        Example("REFRESH MATERIALIZED VIEW v", ("postgres",)),
        Example("CREATE TEMPORARY TABLE t (a int)"),
    ),
    default=(Action.TYPE, Action.TYPE, Action.CONFIRM),
    verbs=frozenset({"TRUNCATE"}),
)
