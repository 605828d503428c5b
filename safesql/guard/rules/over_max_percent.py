"""A larger part of a table than the policy lets one statement touch."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect
from safesql.guard.facts import Counted, Facts
from safesql.guard.limits import Limits
from safesql.guard.rule import Example, Hit, Rule


def check(effect: Effect, facts: Facts) -> Iterator[Hit]:
    """Flag each table of which more would be touched than ``max_percent``."""
    for table in facts.counted:
        limit = table.limits.max_percent
        if limit is not None and table.percent is not None and table.percent > limit:
            message = (
                f"{table.rows:,} rows of {table.table} would be touched, {table.percent:.3g} percent of it, "
                f"and the policy's limit is {limit:g}"
            )
            yield Hit(effect.at, message, "do it in smaller parts, or stage it for review")


RULE = Rule(
    name="over-max-percent",
    why="What takes most of a table is rarely what was meant, however few rows that are.",
    check=check,
    flagged=(
        Example("DELETE FROM t WHERE id > 0", facts=Facts(counted=(Counted("t", 3, 60.0, Limits(max_percent=50)),))),
    ),
    passed=(
        Example("DELETE FROM t WHERE id > 0", facts=Facts(counted=(Counted("t", 3, 50.0, Limits(max_percent=50)),))),
        Example("DELETE FROM t WHERE id > 0", facts=Facts(counted=(Counted("t", 3, None, Limits(max_percent=50)),))),
        Example("DELETE FROM t WHERE id > 0", facts=Facts(counted=(Counted("t", 3, 60.0, Limits()),))),
    ),
    default=(Action.BLOCK, Action.BLOCK, Action.BLOCK),
)
