"""RENAME of a table or column that others know by its name."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect
from safesql.guard.facts import Facts
from safesql.guard.hits import named, noted
from safesql.guard.rule import Example, Hit, Rule


def check(effect: Effect, _facts: Facts) -> Iterator[Hit]:
    """Flag new names of tables, views, columns and what holds them."""
    for write in unbounded_names(effect):
        yield noted(
            write,
            f"{named(write)} is no longer found under its name",
            "tell those who use it, or leave a view under the old name",
        )


def unbounded_names(effect: Effect) -> Iterator[Effect]:
    """The renames, but for those of temporary tables."""
    return (part for part in effect.of("RENAME", "RENAME COLUMN") if part.kind != "temporary table")


RULE = Rule(
    name="rename",
    why="The rows stay, but every statement that uses the old name fails, or finds another table there.",
    check=check,
    flagged=(
        Example("ALTER TABLE t RENAME TO u"),
        Example("RENAME TABLE a TO b, c TO a", ("mysql", "mariadb")),
        Example("ALTER TABLE t RENAME COLUMN a TO b"),
    ),
    passed=(
        Example("ALTER TABLE t RENAME INDEX a TO b", ("mysql", "mariadb")),
        Example("ALTER TABLE t RENAME CONSTRAINT a TO b", ("postgres",)),
    ),
    default=(Action.CONFIRM, Action.ALLOW, Action.ALLOW),
    verbs=frozenset({"RENAME", "RENAME COLUMN"}),
)
