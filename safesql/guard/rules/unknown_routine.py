"""CALL of a procedure whose body is not in the text."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect, Reach
from safesql.guard.facts import Facts
from safesql.guard.hits import named, noted
from safesql.guard.rule import Example, Hit, Rule


def check(effect: Effect, _facts: Facts) -> Iterator[Hit]:
    """Flag each CALL whose routine is not known."""
    for part in effect.of("CALL"):
        if part.reach is Reach.OPAQUE:
            yield noted(part, f"what {named(part)} does is decided by its body", "read the routine before you call it")


RULE = Rule(
    name="unknown-routine",
    why="A procedure can do whatever its author could, and its name need not tell.",
    check=check,
    flagged=(
        Example("CALL p()", ("postgres", "mysql", "mariadb")),
        Example("CALL p(1, 2)", ("postgres", "mysql", "mariadb")),
    ),
    passed=(
        Example("CREATE PROCEDURE p() SELECT 1", ("mysql", "mariadb")),
        Example("SELECT f()"),
    ),
    default=(Action.CONFIRM, Action.CONFIRM, Action.CONFIRM),
    verbs=frozenset({"CALL"}),
)
