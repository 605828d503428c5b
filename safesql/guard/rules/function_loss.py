"""Functions that lose data when they are called."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect, Reach
from safesql.guard.facts import Facts
from safesql.guard.hits import named, noted
from safesql.guard.rule import Example, Hit, Rule


def check(effect: Effect, _facts: Facts) -> Iterator[Hit]:
    """Flag built-in functions that remove large objects, chunks or columns."""
    for part in effect.walk():
        if part.reach is Reach.ROWS and part.kind == "function":
            yield noted(part, f"calling {named(part)} loses data", "make sure that you mean it")


RULE = Rule(
    name="function-loss",
    why="A SELECT looks like reading, but these functions take something away.",
    check=check,
    flagged=(
        Example("SELECT lo_unlink(42)", ("postgres",)),
        Example("SELECT drop_chunks('t', interval '1 month')", ("postgres",)),
    ),
    passed=(
        Example("SELECT lo_create(0)", ("postgres",)),
        Example("SELECT setval('s', 5)", ("postgres",)),
    ),
    default=(Action.CONFIRM, Action.CONFIRM, Action.CONFIRM),
    verbs=frozenset({"CALL"}),
    reaches=frozenset({Reach.ROWS}),
)
