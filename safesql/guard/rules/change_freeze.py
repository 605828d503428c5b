"""A change in a time in which the calendar allows none."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect, Reach
from safesql.guard.facts import Facts
from safesql.guard.rule import Example, Hit, Rule

HARMLESS = (Reach.READ, Reach.SESSION, Reach.TRANSACTION)
_FROZEN = Facts(frozen="changes are frozen until 2027-01-05 08:00 UTC (2026-12-20..2027-01-04)")


def check(effect: Effect, facts: Facts) -> Iterator[Hit]:
    """Flag the first part that is more than a read or a word about the session."""
    if not facts.frozen:
        return
    part = next((each for each in effect.walk() if each.reach not in HARMLESS), None)
    if part is not None:
        yield Hit(part.at, facts.frozen, "wait, or write it to a review file: --stage")


RULE = Rule(
    name="change-freeze",
    why="The team's calendar says that nothing changes now, because nobody is there to put it right.",
    check=check,
    flagged=(
        Example("DELETE FROM t WHERE id = 1", facts=_FROZEN),
        Example("CREATE TABLE t (a int)", facts=_FROZEN),
        Example("EXPLAIN ANALYZE DELETE FROM t WHERE id = 1", ("postgres",), facts=_FROZEN),
    ),
    passed=(
        Example("SELECT 1", facts=_FROZEN),
        Example("BEGIN", facts=_FROZEN),
        Example("DELETE FROM t WHERE id = 1"),
    ),
    default=(Action.BLOCK, Action.BLOCK, Action.BLOCK),
)
