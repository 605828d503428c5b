"""A statement that is not understood."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect
from safesql.guard.facts import Facts
from safesql.guard.rule import Example, Hit, Rule


def check(effect: Effect, _facts: Facts) -> Iterator[Hit]:
    """Flag what no family of statements knows: it may do anything."""
    for part in effect.of("OPAQUE"):
        if part.kind != "dynamic":
            yield Hit(
                part.at, part.note or "a statement that is not understood", "write it in a form that can be judged"
            )


RULE = Rule(
    name="opaque-statement",
    why="What cannot be judged may do anything, so it is treated as if it did.",
    check=check,
    flagged=(
        Example("FROBNICATE t"),
        Example("ALTER TABLE t FROBNICATE", ("postgres", "mysql", "mariadb")),
        Example("SELECT (1"),
    ),
    passed=(
        Example("SELECT 1"),
        Example("VALUES (1)"),
    ),
    default=(Action.BLOCK, Action.CONFIRM, Action.CONFIRM),
    verbs=frozenset({"OPAQUE"}),
)
