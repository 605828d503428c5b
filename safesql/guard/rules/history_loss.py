"""Loss of the past versions of rows."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect
from safesql.guard.facts import Facts
from safesql.guard.hits import named, noted
from safesql.guard.rule import Example, Hit, Rule


def check(effect: Effect, _facts: Facts) -> Iterator[Hit]:
    """Flag DELETE HISTORY and the end of system versioning."""
    for write in effect.of("DELETE HISTORY", "DROP SYSTEM VERSIONING"):
        yield noted(
            write, f"the past versions of the rows of {named(write)} go", "keep them in a table of their own first"
        )


RULE = Rule(
    name="history-loss",
    why="A system-versioned table is kept for its past; once deleted, it cannot be asked for.",
    check=check,
    flagged=(
        Example("DELETE HISTORY FROM t", ("mariadb",)),
        Example("ALTER TABLE t DROP SYSTEM VERSIONING", ("mariadb",)),
    ),
    passed=(
        Example("ALTER TABLE t ADD SYSTEM VERSIONING", ("mariadb",)),
        Example("SELECT * FROM t FOR SYSTEM_TIME ALL", ("mariadb",)),
    ),
    default=(Action.TYPE, Action.CONFIRM, Action.CONFIRM),
    verbs=frozenset({"DELETE HISTORY", "DROP SYSTEM VERSIONING"}),
)
