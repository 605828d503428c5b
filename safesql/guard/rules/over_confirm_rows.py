"""More rows than may be touched without a question."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect
from safesql.guard.facts import Counted, Facts
from safesql.guard.limits import Limits
from safesql.guard.rule import Example, Hit, Rule


def check(effect: Effect, facts: Facts) -> Iterator[Hit]:
    """Flag a count that is over ``confirm_rows``, of the statement or of one table."""
    hint = "look at the rows first"
    if facts.matched_rows is not None and facts.confirm_rows is not None and facts.matched_rows > facts.confirm_rows:
        message = f"{facts.matched_rows:,} rows would be touched, and above {facts.confirm_rows:,} the policy asks"
        yield Hit(effect.at, message, hint)
    for table in facts.counted:
        limit = table.limits.confirm_rows
        if limit is not None and table.rows > limit:
            message = f"{table.rows:,} rows of {table.table} would be touched; above {limit:,} the policy asks there"
            yield Hit(effect.at, message, hint)


RULE = Rule(
    name="over-confirm-rows",
    why="The number is what makes a person look twice.",
    check=check,
    flagged=(
        Example("DELETE FROM t WHERE id > 0", facts=Facts(counted=(Counted("t", 2, None, Limits(confirm_rows=1)),))),
        Example("DELETE FROM t WHERE id > 0", facts=Facts(matched_rows=2, confirm_rows=1)),
    ),
    passed=(
        Example("DELETE FROM t WHERE id > 0", facts=Facts(counted=(Counted("t", 1, 100.0, Limits(confirm_rows=1)),))),
        Example("DELETE FROM t WHERE id > 0", facts=Facts(matched_rows=1, confirm_rows=1)),
        Example("DELETE FROM t WHERE id > 0", facts=Facts(matched_rows=2)),
    ),
    default=(Action.CONFIRM, Action.CONFIRM, Action.CONFIRM),
)
