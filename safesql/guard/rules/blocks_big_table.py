"""A statement that keeps others waiting for as long as a big table takes."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect
from safesql.guard.facts import Facts
from safesql.guard.foreseen import BIG_TABLE, Foreseen
from safesql.guard.rule import Example, Hit, Rule
from safesql.sql.token import Span


def check(_effect: Effect, facts: Facts) -> Iterator[Hit]:
    """Flag locks on tables that the catalog takes for big; of small ones nobody notices."""
    for each in facts.foreseen:
        if each.rule == BIG_TABLE:
            yield Hit(each.at, each.message, each.instead)


RULE = Rule(
    name=BIG_TABLE,
    why="A table that is copied or read under a lock stops everybody who writes to it, for minutes.",
    check=check,
    flagged=(
        Example(
            "CREATE TABLE t (a int)",
            facts=Facts(
                foreseen=(Foreseen(BIG_TABLE, "t: SHARE, blocks writes", Span(0, 5), "build it beside the table"),)
            ),
        ),
    ),
    passed=(
        Example("CREATE TABLE t (a int)"),
    ),
    default=(Action.CONFIRM, Action.CONFIRM, Action.ALLOW),
)
