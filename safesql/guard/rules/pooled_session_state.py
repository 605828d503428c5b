"""A setting, temporary table, lock or prepared statement of a session that a pooler shares among many."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.analysis.belts import UNTIL_THE_END
from safesql.guard.effect import Effect, Reach
from safesql.guard.facts import Facts
from safesql.guard.rule import Example, Hit, Rule


def check(effect: Effect, facts: Facts) -> Iterator[Hit]:
    """Flag what outlives the transaction in a session that is not one's own; the next transaction may have another."""
    if not facts.pooled:
        return
    for part in effect.walk():
        if part.reach is Reach.SESSION and not _ends_with_transaction(part, facts):
            yield Hit(
                part.at,
                f"{part.verb} stays with a server process that the pooler gives to others next, and not to you",
                "BEGIN, then SET LOCAL or the lock of a transaction; or name the server itself instead of the pooler",
            )
            return


def _ends_with_transaction(part: Effect, facts: Facts) -> bool:
    """SET LOCAL, a cursor or a lock of the open transaction."""
    if not facts.in_transaction:
        return False
    own = part.target is not None and "_xact_" in part.target.parts[-1].lower()
    return part.note == UNTIL_THE_END or part.kind == "cursor" or own


POOLED = Facts(pooled=True, in_transaction=False)
INSIDE = Facts(pooled=True, in_transaction=True)
RULE = Rule(
    name="pooled-session-state",
    why="Behind PgBouncer's transaction pooling a SET, a temporary table or a lock lands in somebody else's session.",
    check=check,
    flagged=(
        Example("SET search_path = archive", ("postgres",), POOLED),
        Example("SET LOCAL search_path = archive", ("postgres",), POOLED),
        Example("SET search_path = archive", ("postgres",), INSIDE),
        Example("CREATE TEMP TABLE x (a int)", ("postgres",), POOLED),
        Example("PREPARE q AS SELECT 1", ("postgres",), POOLED),
        Example("LISTEN news", ("postgres",), POOLED),
        Example("SELECT pg_advisory_lock(1)", ("postgres",), POOLED),
    ),
    passed=(
        Example("SET LOCAL search_path = archive", ("postgres",), INSIDE),
        Example("SELECT pg_advisory_xact_lock(1)", ("postgres",), INSIDE),
        Example("DECLARE c CURSOR FOR SELECT 1", ("postgres",), INSIDE),
        Example("SET search_path = archive", ("postgres",)),
        Example("UPDATE t SET a = 1 WHERE id = 1", ("postgres",), POOLED),
    ),
    default=(Action.BLOCK, Action.BLOCK, Action.CONFIRM),
)
