"""A storage engine that throws rows away."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect
from safesql.guard.facts import Facts
from safesql.guard.hits import named, noted
from safesql.guard.rule import Example, Hit, Rule


def check(effect: Effect, _facts: Facts) -> Iterator[Hit]:
    """Flag ALTER TABLE .. ENGINE for engines that keep nothing, or nothing beyond a restart."""
    for write in effect.of("ENGINE"):
        yield noted(write, f"the rows of {named(write)} are lost", "use an engine that keeps rows, such as InnoDB")


RULE = Rule(
    name="engine-keeps-no-rows",
    why="BLACKHOLE keeps no row at all, MEMORY none beyond a restart.",
    check=check,
    flagged=(
        Example("ALTER TABLE t ENGINE = BLACKHOLE", ("mysql", "mariadb")),
        Example("ALTER TABLE t ENGINE=MEMORY, COMMENT = 'x'", ("mysql", "mariadb")),
    ),
    passed=(
        Example("ALTER TABLE t ENGINE = InnoDB", ("mysql", "mariadb")),
        Example("CREATE TABLE t (a int) ENGINE = MEMORY", ("mysql", "mariadb")),
    ),
    default=(Action.TYPE, Action.CONFIRM, Action.CONFIRM),
    verbs=frozenset({"ENGINE"}),
)
