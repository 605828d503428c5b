"""DROP of a database, a schema, or all that an account owns."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect
from safesql.guard.facts import Facts
from safesql.guard.hits import named, noted, unbounded
from safesql.guard.rule import Example, Hit, Rule


def check(effect: Effect, _facts: Facts) -> Iterator[Hit]:
    """Flag what takes all tables in it along."""
    for write in unbounded(effect, "DROP DATABASE", "DROP SCHEMA", "DROP OWNED"):
        yield noted(write, f"{named(write)} goes with every table in it", "drop the tables one by one, or rename it")


RULE = Rule(
    name="drop-container",
    why="One statement takes every table in it along, with all rows.",
    check=check,
    flagged=(
        Example("DROP DATABASE d", ("postgres", "mysql", "mariadb")),
        Example("DROP SCHEMA s CASCADE", ("postgres",)),
        Example("DROP OWNED BY someone", ("postgres",)),
        Example("CREATE OR REPLACE DATABASE d", ("mariadb",)),
    ),
    passed=(
        Example("CREATE DATABASE d", ("postgres", "mysql", "mariadb")),
        Example("DROP VIEW v"),
        Example("GRANT DROP ON d.* TO u", ("mysql", "mariadb")),
    ),
    default=(Action.BLOCK, Action.TYPE, Action.TYPE),
    verbs=frozenset({"DROP DATABASE", "DROP SCHEMA", "DROP OWNED"}),
)
