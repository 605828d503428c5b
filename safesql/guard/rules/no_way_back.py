"""A change that a rollback would not take back; the answer to it must be one level stronger."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect
from safesql.guard.facts import Facts
from safesql.guard.rule import Example, Hit, Rule

NAME = "no-way-back"


def check(effect: Effect, facts: Facts) -> Iterator[Hit]:
    """Flag what the server was found not to be able to roll back."""
    if facts.no_way_back:
        yield Hit(effect.at, facts.no_way_back, "copy the rows first")


RULE = Rule(
    name=NAME,
    why="A limit on rows is kept by rolling back; without that, what is gone when it is noticed stays gone.",
    check=check,
    flagged=(
        Example("DELETE FROM t WHERE id > 0", facts=Facts(no_way_back="there is no way back: t has no transactions")),
    ),
    passed=(
        Example("DELETE FROM t WHERE id > 0"),
    ),
    default=(Action.CONFIRM, Action.CONFIRM, Action.CONFIRM),
)
