"""A lock that would have to wait for a transaction, with everybody else behind it."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect
from safesql.guard.facts import Facts
from safesql.guard.foreseen import QUEUE, Foreseen
from safesql.guard.rule import Example, Hit, Rule
from safesql.sql.token import Span


def check(_effect: Effect, facts: Facts) -> Iterator[Hit]:
    """Flag tables on which a transaction has been open for long."""
    for each in facts.foreseen:
        if each.rule == QUEUE:
            yield Hit(each.at, each.message, each.instead)


RULE = Rule(
    name=QUEUE,
    why="A lock that waits for one long transaction makes all later readers and writers wait, too.",
    check=check,
    flagged=(
        Example(
            "ALTER TABLE t ADD a int",
            facts=Facts(
                foreseen=(Foreseen(QUEUE, "session 7 holds t", Span(0, 5), "wait for the end of it"),)
            ),
        ),
    ),
    passed=(
        Example("ALTER TABLE t ADD a int"),
    ),
    default=(Action.CONFIRM, Action.CONFIRM, Action.ALLOW),
)
