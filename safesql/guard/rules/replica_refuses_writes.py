"""A write on a replica, where the profile wants the primary."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect
from safesql.guard.facts import Facts
from safesql.guard.rule import Example, Hit, Rule


def check(effect: Effect, facts: Facts) -> Iterator[Hit]:
    """Flag every change while the server says that it is a replica; an administrator's account could make it."""
    if facts.wants_primary and facts.replica and effect.changes:
        yield Hit(effect.at, "this server is a replica, and the profile is for the primary", "connect to the primary")


RULE = Rule(
    name="replica-refuses-writes",
    why="A row written on a replica is lost or breaks the replication, and MariaDB's root may write there.",
    check=check,
    flagged=(
        Example("DELETE FROM t WHERE id = 1", facts=Facts(wants_primary=True, replica=True)),
        Example("CREATE TABLE t (a int)", facts=Facts(wants_primary=True, replica=True)),
    ),
    passed=(
        Example("SELECT 1", facts=Facts(wants_primary=True, replica=True)),
        Example("DELETE FROM t WHERE id = 1", facts=Facts(wants_primary=True, replica=False)),
    ),
    default=(Action.BLOCK, Action.BLOCK, Action.BLOCK),
)
