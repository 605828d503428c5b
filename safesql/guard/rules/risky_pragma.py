"""PRAGMA settings that can corrupt a database."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect
from safesql.guard.facts import Facts
from safesql.guard.hits import named, noted
from safesql.guard.rule import Example, Hit, Rule


def check(effect: Effect, _facts: Facts) -> Iterator[Hit]:
    """Flag what opens the schema to writes, changes keys, or gives up the journal."""
    for part in effect.of("PRAGMA"):
        if part.kind == "risky-pragma":
            yield noted(part, f"PRAGMA {named(part)}", "leave it as it is; make a copy of the file first")


RULE = Rule(
    name="risky-pragma",
    why="SQLite trusts these settings, and what they break cannot be repaired by SQL.",
    check=check,
    flagged=(
        Example("PRAGMA writable_schema = ON", ("sqlite",)),
        Example("PRAGMA journal_mode = OFF", ("sqlite",)),
    ),
    passed=(
        Example("PRAGMA table_info(t)", ("sqlite",)),
        Example("PRAGMA journal_mode = WAL", ("sqlite",)),
        Example("PRAGMA user_version = 4", ("sqlite",)),
    ),
    default=(Action.CONFIRM, Action.CONFIRM, Action.CONFIRM),
    verbs=frozenset({"PRAGMA"}),
)
