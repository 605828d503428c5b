"""A write to a table that the policy protects."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect, Extent, Reach
from safesql.guard.facts import Facts
from safesql.guard.hits import named
from safesql.guard.pattern import fits
from safesql.guard.rule import Example, Hit, Rule

WRITES = (Reach.ROWS, Reach.SCHEMA)


def check(effect: Effect, facts: Facts) -> Iterator[Hit]:
    """Flag every write to a table, or change of its definition, whose name fits a pattern of the policy."""
    if not facts.protected_tables:
        return
    for part in effect.walk():
        written = part.reach in WRITES and part.target is not None and part.extent is not Extent.NONE
        if written and part.target and any(fits(part.target, pattern) for pattern in facts.protected_tables):
            message = f"{part.verb} on {named(part)}, which is protected"
            yield Hit(part.at, message, "stage the change, and have it reviewed")


RULE = Rule(
    name="protected-table",
    why="The team has decided that nobody writes to this table by hand.",
    check=check,
    flagged=(
        Example("INSERT INTO ledger.entries VALUES (1)", facts=Facts(protected_tables=("ledger.*",))),
        Example("DELETE FROM billing WHERE id = 1", facts=Facts(protected_tables=("billing",))),
        Example("ALTER TABLE Billing ADD COLUMN a int", facts=Facts(protected_tables=("billing",))),
    ),
    passed=(
        Example("SELECT * FROM billing", facts=Facts(protected_tables=("billing",))),
        Example("DELETE FROM billings WHERE id = 1", facts=Facts(protected_tables=("billing",))),
    ),
    default=(Action.BLOCK, Action.BLOCK, Action.BLOCK),
    reaches=frozenset({Reach.ROWS, Reach.SCHEMA}),
)
