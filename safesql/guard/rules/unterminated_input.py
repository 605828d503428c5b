"""A string, a comment or a bracket that does not end."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect
from safesql.guard.facts import Facts
from safesql.guard.rule import Example, Hit, Rule


def check(effect: Effect, _facts: Facts) -> Iterator[Hit]:
    """Flag a text that is cut off or cannot be lexed; it is never sent."""
    for part in effect.of("UNTERMINATED"):
        yield Hit(part.at, part.note, "end the string or the comment")


RULE = Rule(
    name="unterminated-input",
    why="What follows an open quote is not read as it looks, and a script that was cut off may lack its WHERE.",
    check=check,
    flagged=(
        Example("SELECT 'abc"),
        Example("DELETE FROM t WHERE a = 'x", ("postgres",)),
    ),
    passed=(
        Example("SELECT 'abc'"),
        Example("SELECT 'it''s'"),
    ),
    default=(Action.BLOCK, Action.BLOCK, Action.BLOCK),
    verbs=frozenset({"UNTERMINATED"}),
)
