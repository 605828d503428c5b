"""A statement whose text is put together at run time."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect, Reach
from safesql.guard.facts import Facts
from safesql.guard.rule import Example, Hit, Rule


def check(effect: Effect, _facts: Facts) -> Iterator[Hit]:
    """Flag EXECUTE of a name or an expression that nothing is known of."""
    for part in effect.walk():
        if part.reach is Reach.OPAQUE and part.kind in ("dynamic", "prepared"):
            yield Hit(part.at, part.note, "write the statement out, so that it can be judged")


RULE = Rule(
    name="dynamic-sql",
    why="The text that runs is not in the script, so nobody can say what it does.",
    check=check,
    flagged=(
        Example("EXECUTE p", ("postgres", "mysql", "mariadb")),
        Example("EXECUTE IMMEDIATE CONCAT('DEL', @x)", ("mariadb",)),
        Example("DO $$ BEGIN EXECUTE 'DELETE FROM ' || t; END $$", ("postgres",)),
    ),
    passed=(
        Example("PREPARE p FROM 'SELECT 1'", ("mysql", "mariadb")),
        Example("EXECUTE IMMEDIATE 'SELECT 1'", ("mariadb",)),
        Example("DO $$ BEGIN EXECUTE 'SELECT 1'; END $$", ("postgres",)),
    ),
    default=(Action.CONFIRM, Action.CONFIRM, Action.CONFIRM),
    reaches=frozenset({Reach.OPAQUE}),
)
