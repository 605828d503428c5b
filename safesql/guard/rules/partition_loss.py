"""ALTER TABLE that empties, drops or swaps partitions."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect, Reach
from safesql.guard.facts import Facts
from safesql.guard.hits import named, noted, unbounded
from safesql.guard.rule import Example, Hit, Rule

VERBS = (
    "DROP PARTITION", "TRUNCATE PARTITION", "EXCHANGE PARTITION", "DISCARD PARTITION", "DISCARD TABLESPACE",
    "DETACH PARTITION", "CONVERT PARTITION",
)


def check(effect: Effect, _facts: Facts) -> Iterator[Hit]:
    """Flag the actions that take rows out of a table by the partition."""
    for write in unbounded(effect, *VERBS):
        yield noted(
            write, f"rows of {named(write)} leave it by the partition", "look at the rows of the partition first"
        )


RULE = Rule(
    name="partition-loss",
    why="A partition is dropped, emptied or swapped with all of its rows, whatever they are.",
    check=check,
    flagged=(
        Example("ALTER TABLE t DROP PARTITION p1, p2", ("mysql", "mariadb")),
        Example("ALTER TABLE t TRUNCATE PARTITION ALL", ("mysql", "mariadb")),
        Example("ALTER TABLE t EXCHANGE PARTITION p WITH TABLE u", ("mysql", "mariadb")),
        Example("ALTER TABLE t DISCARD TABLESPACE", ("mysql", "mariadb")),
        Example("ALTER TABLE t DETACH PARTITION p", ("postgres",)),
    ),
    passed=(
        Example("ALTER TABLE t REBUILD PARTITION p", ("mysql", "mariadb")),
        Example("ALTER TABLE t ATTACH PARTITION p DEFAULT", ("postgres",)),
        Example("ALTER TABLE t ADD PARTITION (PARTITION p VALUES LESS THAN (9))", ("mysql", "mariadb")),
    ),
    default=(Action.TYPE, Action.TYPE, Action.CONFIRM),
    reaches=frozenset({Reach.SCHEMA}),
)
