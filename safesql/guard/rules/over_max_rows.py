"""More rows than the policy lets one statement touch."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect
from safesql.guard.facts import Counted, Facts
from safesql.guard.limits import Limits
from safesql.guard.rule import Example, Hit, Rule


def check(effect: Effect, facts: Facts) -> Iterator[Hit]:
    """Flag a count that is over ``max_rows``, of the statement or of one table."""
    hint = "do it in smaller parts, or stage it for review"
    if facts.matched_rows is not None and facts.max_rows is not None and facts.matched_rows > facts.max_rows:
        message = f"{facts.matched_rows:,} rows would be touched, and the policy's limit is {facts.max_rows:,}"
        yield Hit(effect.at, message, hint)
    for table in facts.counted:
        limit = table.limits.max_rows
        if limit is not None and table.rows > limit:
            message = f"{table.rows:,} rows of {table.table} would be touched; the policy's limit there is {limit:,}"
            yield Hit(effect.at, message, hint)


RULE = Rule(
    name="over-max-rows",
    why="A condition that looks narrow may still take nearly all rows; only counting tells.",
    check=check,
    flagged=(
        Example("DELETE FROM t WHERE id > 0", facts=Facts(counted=(Counted("t", 2, None, Limits(max_rows=1)),))),
        Example("DELETE FROM t WHERE id > 0", facts=Facts(matched_rows=501, max_rows=500)),
    ),
    passed=(
        Example("DELETE FROM t WHERE id > 0", facts=Facts(counted=(Counted("t", 1, 100.0, Limits(max_rows=1)),))),
        Example("DELETE FROM t WHERE id > 0", facts=Facts(matched_rows=500, max_rows=500)),
        Example("DELETE FROM t WHERE id > 0", facts=Facts(matched_rows=501)),
    ),
    default=(Action.BLOCK, Action.BLOCK, Action.BLOCK),
)
