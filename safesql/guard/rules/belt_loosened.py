"""A setting of the session that switches a protection of the server off."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect, Reach
from safesql.guard.facts import Facts
from safesql.guard.hits import named
from safesql.guard.rule import Example, Hit, Rule


def check(effect: Effect, _facts: Facts) -> Iterator[Hit]:
    """Flag what checks keys, modes or replication no longer; dumps begin like that, so it is a remark by default."""
    for part in effect.walk():
        if part.reach is Reach.SESSION and part.kind == "belt":
            yield Hit(
                part.at,
                f"{named(part)} protects the statements that follow, and is switched off",
                "switch it on again afterwards",
            )


RULE = Rule(
    name="belt-loosened",
    why="What follows is no longer checked by the server: keys, strict conversion, triggers, replication.",
    check=check,
    flagged=(
        Example("SET foreign_key_checks = 0", ("mysql", "mariadb")),
        Example("SET SESSION sql_mode = ''", ("mysql", "mariadb")),
        Example("SET session_replication_role = replica", ("postgres",)),
        Example("PRAGMA foreign_keys = OFF", ("sqlite",)),
    ),
    passed=(
        Example("SET foreign_key_checks = 1", ("mysql", "mariadb")),
        Example("SET autocommit = 0", ("mysql", "mariadb")),
        Example("SET statement_timeout = '5s'", ("postgres",)),
        Example("PRAGMA foreign_keys = ON", ("sqlite",)),
    ),
    default=(Action.ALLOW, Action.ALLOW, Action.ALLOW),
    verbs=frozenset({"SET", "PRAGMA"}),
    reaches=frozenset({Reach.SESSION}),
)
