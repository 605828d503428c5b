"""DROP of what holds rows."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect
from safesql.guard.facts import Facts
from safesql.guard.hits import named, noted, unbounded
from safesql.guard.rule import Example, Hit, Rule


def check(effect: Effect, _facts: Facts) -> Iterator[Hit]:
    """Flag tables and materialized views that are dropped, and tables that are replaced by new ones."""
    for write in unbounded(effect, "DROP TABLE", "DROP MATERIALIZED VIEW"):
        yield noted(
            write, f"{named(write)} goes with all of its rows", "rename it first, and drop it when nobody missed it"
        )


RULE = Rule(
    name="drop-table",
    why="The rows go with the table, and on MySQL and MariaDB no ROLLBACK brings them back.",
    check=check,
    flagged=(
        Example("DROP TABLE t"),
        Example("DROP TABLE IF EXISTS a, b"),
        Example("DROP MATERIALIZED VIEW v", ("postgres",)),
        Example("CREATE OR REPLACE TABLE t (a int)", ("mariadb",)),
        Example("DROP TABLE t CASCADE", ("postgres",)),
    ),
    passed=(
        Example("DROP TEMPORARY TABLE t", ("mysql", "mariadb")),
        Example("CREATE TABLE t (a int)"),
        Example("EXPLAIN DROP TABLE t", ("sqlite",)),
        Example("SELECT 'DROP TABLE t'"),
    ),
    default=(Action.TYPE, Action.TYPE, Action.CONFIRM),
    verbs=frozenset({"DROP TABLE", "DROP MATERIALIZED VIEW"}),
)
