"""DROP .. CASCADE of something that columns and tables depend on."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect, Reach
from safesql.guard.facts import Facts
from safesql.guard.hits import named, noted
from safesql.guard.rule import Example, Hit, Rule


def check(effect: Effect, _facts: Facts) -> Iterator[Hit]:
    """Flag types, domains, extensions and the like that are dropped with all that uses them."""
    for write in effect.walk():
        if write.verb.startswith("DROP ") and write.verb.endswith(" CASCADE"):
            yield noted(
                write,
                f"dropping {named(write)} can drop columns and tables",
                "drop it without CASCADE and see what depends on it",
            )


RULE = Rule(
    name="drop-cascade",
    why="CASCADE drops the columns of that type and the tables of that extension without naming them.",
    check=check,
    flagged=(
        Example("DROP TYPE x CASCADE", ("postgres",)),
        Example("DROP EXTENSION citext CASCADE", ("postgres",)),
        Example("DROP DOMAIN d CASCADE", ("postgres",)),
    ),
    passed=(
        Example("ALTER TABLE t DROP CONSTRAINT c CASCADE", ("postgres",)),
        Example("CREATE TYPE x AS (a int)", ("postgres",)),
    ),
    default=(Action.TYPE, Action.CONFIRM, Action.CONFIRM),
    reaches=frozenset({Reach.SCHEMA}),
)
