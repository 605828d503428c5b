"""A foreign key that the server will refuse: columns that differ, nothing to refer to, rows that refer to nothing."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect
from safesql.guard.facts import Facts
from safesql.guard.foreseen import KEY_MISMATCH, Foreseen
from safesql.guard.rule import Example, Hit, Rule
from safesql.sql.token import Span


def check(_effect: Effect, facts: Facts) -> Iterator[Hit]:
    """Flag what the catalog shows of both columns."""
    for each in facts.foreseen:
        if each.rule == KEY_MISMATCH:
            yield Hit(each.at, each.message, each.instead)


RULE = Rule(
    name=KEY_MISMATCH,
    why="A foreign key fails when its columns differ or rows refer to nothing; in a migration, half of it then stays.",
    check=check,
    flagged=(
        Example(
            "ALTER TABLE c ADD FOREIGN KEY (p) REFERENCES p (id)",
            facts=Facts(
                foreseen=(Foreseen(KEY_MISMATCH, "int is not bigint", Span(0, 5), "give both the same definition"),)
            ),
        ),
    ),
    passed=(
        Example("ALTER TABLE c ADD FOREIGN KEY (p) REFERENCES p (id)"),
    ),
    default=(Action.CONFIRM, Action.CONFIRM, Action.ALLOW),
)
