"""DROP of a column, or of an attribute of a type."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect
from safesql.guard.facts import Facts
from safesql.guard.hits import named, noted, unbounded
from safesql.guard.rule import Example, Hit, Rule


def check(effect: Effect, _facts: Facts) -> Iterator[Hit]:
    """Flag each column that goes, wherever it stands among the actions."""
    for write in unbounded(effect, "DROP COLUMN"):
        yield noted(write, f"{named(write)} goes with all of its values", "rename the column first, and drop it later")


RULE = Rule(
    name="drop-column",
    why="The values of the column are lost in every row.",
    check=check,
    flagged=(
        Example("ALTER TABLE t DROP COLUMN a"),
        Example("ALTER TABLE t DROP a"),
        Example("ALTER TABLE t ADD COLUMN b int, DROP COLUMN a", ("postgres", "mysql", "mariadb")),
        Example("ALTER TYPE x DROP ATTRIBUTE a CASCADE", ("postgres",)),
    ),
    passed=(
        Example("ALTER TABLE t ADD COLUMN a int"),
        Example("ALTER TABLE t DROP CONSTRAINT c", ("postgres", "mariadb")),
        Example("ALTER TABLE t ALTER COLUMN a DROP DEFAULT", ("postgres", "mysql", "mariadb")),
    ),
    default=(Action.TYPE, Action.TYPE, Action.CONFIRM),
    verbs=frozenset({"DROP COLUMN"}),
)
