"""More rows than may be touched without a question."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect
from safesql.guard.facts import Facts
from safesql.guard.rule import Example, Hit, Rule


def check(effect: Effect, facts: Facts) -> Iterator[Hit]:
    """Flag a count that is over ``confirm_rows``."""
    if facts.matched_rows is not None and facts.confirm_rows is not None and facts.matched_rows > facts.confirm_rows:
        message = f"{facts.matched_rows:,} rows would be touched, and above {facts.confirm_rows:,} the policy asks"
        yield Hit(effect.at, message, "look at the rows first")


RULE = Rule(
    name="over-confirm-rows",
    why="The number is what makes a person look twice.",
    check=check,
    flagged=(
        Example("DELETE FROM t WHERE id > 0", facts=Facts(matched_rows=2, confirm_rows=1)),
    ),
    passed=(
        Example("DELETE FROM t WHERE id > 0", facts=Facts(matched_rows=1, confirm_rows=1)),
        Example("DELETE FROM t WHERE id > 0", facts=Facts(matched_rows=2)),
    ),
    default=(Action.CONFIRM, Action.CONFIRM, Action.CONFIRM),
)
