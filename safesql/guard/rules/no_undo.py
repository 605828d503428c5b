"""A change that the undo journal could not take back, on a profile that keeps one."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect
from safesql.guard.facts import Facts
from safesql.guard.rule import Example, Hit, Rule

NAME = "no-undo"


def check(effect: Effect, facts: Facts) -> Iterator[Hit]:
    """Flag what was found not to be undoable; ``undo = "required"`` makes a refusal of it."""
    if facts.no_undo:
        yield Hit(effect.at, f"no undo: {facts.no_undo}", "copy the rows first, or change fewer things at once")


RULE = Rule(
    name=NAME,
    why="Who relies on undo must hear that there is none before the rows are gone, and not after.",
    check=check,
    flagged=(
        Example("DELETE FROM t WHERE id = 1", facts=Facts(no_undo="t has no primary key")),
    ),
    passed=(
        Example("DELETE FROM t WHERE id = 1"),
    ),
    default=(Action.CONFIRM, Action.CONFIRM, Action.CONFIRM),
)
