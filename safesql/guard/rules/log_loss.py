"""Loss of logs that recovery or replicas need."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect, Reach
from safesql.guard.facts import Facts
from safesql.guard.hits import noted
from safesql.guard.rule import Example, Hit, Rule


def check(effect: Effect, _facts: Facts) -> Iterator[Hit]:
    """Flag PURGE and RESET of binary logs and replication positions."""
    for part in effect.walk():
        if part.kind == "log" and part.reach is Reach.SERVER and not part.bounded:
            yield noted(part, f"{part.verb} cannot be undone", "let the server expire its logs")


RULE = Rule(
    name="log-loss",
    why="Without its binary logs a server cannot be recovered to a point in time, and a replica may never catch up.",
    check=check,
    flagged=(
        Example("RESET MASTER", ("mysql", "mariadb")),
        Example("PURGE BINARY LOGS BEFORE '2024-01-01'", ("mysql", "mariadb")),
        Example("RESET BINARY LOGS AND GTIDS", ("mysql",)),
    ),
    passed=(
        Example("SHOW BINARY LOGS", ("mysql", "mariadb")),
        Example("FLUSH BINARY LOGS", ("mysql", "mariadb")),
    ),
    default=(Action.BLOCK, Action.CONFIRM, Action.CONFIRM),
    reaches=frozenset({Reach.SERVER}),
)
