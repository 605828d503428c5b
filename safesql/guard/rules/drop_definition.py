"""DROP of what holds no rows of its own."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect, Extent, Reach
from safesql.guard.facts import Facts
from safesql.guard.hits import named, noted
from safesql.guard.rule import Example, Hit, Rule

QUIET = frozenset({"made here", "temporary table", "prepared", "default", "not"})


def check(effect: Effect, _facts: Facts) -> Iterator[Hit]:
    """Flag views, indexes, routines, accounts and the like; their definition is what is lost."""
    for write in effect.walk():
        if write.verb.startswith("DROP ") and write.extent is Extent.ADDED and write.kind not in QUIET:
            yield noted(
                write, f"the definition of {named(write)} goes", "keep its definition, so that it can be made again"
            )


RULE = Rule(
    name="drop-definition",
    why="No row is lost, but what relies on the view, the index, the routine or the account stops working.",
    check=check,
    flagged=(
        Example("DROP VIEW v"),
        Example("DROP INDEX i", ("postgres", "sqlite")),
        Example("DROP FUNCTION f", ("postgres", "mysql", "mariadb")),
        Example("ALTER TABLE t DROP PRIMARY KEY", ("mysql", "mariadb")),
    ),
    passed=(
        Example("DROP TEMPORARY TABLE t", ("mysql", "mariadb")),
        Example("CREATE VIEW v AS SELECT 1"),
        Example("ALTER TABLE t ALTER COLUMN a DROP DEFAULT", ("postgres",)),
    ),
    default=(Action.CONFIRM, Action.ALLOW, Action.ALLOW),
    reaches=frozenset({Reach.SCHEMA}),
)
