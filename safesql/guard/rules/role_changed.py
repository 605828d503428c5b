"""A change on a server that plays another part than when the session began."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect
from safesql.guard.facts import Facts
from safesql.guard.rule import Example, Hit, Rule


def check(effect: Effect, facts: Facts) -> Iterator[Hit]:
    """Flag every change after a failover, until the person connects again and so sees where they are."""
    if facts.role_changed and effect.changes:
        yield Hit(effect.at, facts.role_changed, r"look with \conninfo where you are, and connect again with \c")


FAILED_OVER = Facts(role_changed="this server was a primary when this session began and is a replica now")
RULE = Rule(
    name="role-changed",
    why="After a failover the rows are those of another moment, and what is written may be lost.",
    check=check,
    flagged=(
        Example("DELETE FROM t WHERE id = 1", facts=FAILED_OVER),
        Example("INSERT INTO t VALUES (1)", facts=FAILED_OVER),
    ),
    passed=(
        Example("SELECT 1", facts=FAILED_OVER),
        Example("DELETE FROM t WHERE id = 1"),
    ),
    default=(Action.TYPE, Action.TYPE, Action.CONFIRM),
)
