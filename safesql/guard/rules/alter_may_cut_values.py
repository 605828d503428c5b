"""ALTER of a type that may cut or round what is stored."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect
from safesql.guard.facts import Facts
from safesql.guard.hits import named, noted, unbounded
from safesql.guard.rule import Example, Hit, Rule


def check(effect: Effect, _facts: Facts) -> Iterator[Hit]:
    """Flag new types and character sets; whether every value fits is not in the text."""
    for write in unbounded(effect, "ALTER COLUMN TYPE", "ALTER IGNORE", "CONVERT"):
        message = f"the values of {named(write)} are converted, and what does not fit is cut, rounded or refused"
        yield noted(write, message, "look for values that do not fit first")


RULE = Rule(
    name="alter-may-cut-values",
    why="A smaller type cuts or rounds values; without strict mode MySQL and MariaDB do not even say so.",
    check=check,
    flagged=(
        Example("ALTER TABLE t ALTER COLUMN a TYPE varchar(2)", ("postgres",)),
        Example("ALTER TABLE t MODIFY a varchar(2)", ("mysql", "mariadb")),
        Example("ALTER TABLE t CHANGE a b char(2)", ("mysql", "mariadb")),
        Example("ALTER TABLE t CONVERT TO CHARACTER SET latin1", ("mysql", "mariadb")),
        Example("ALTER IGNORE TABLE t ADD UNIQUE (a)", ("mariadb",)),
    ),
    passed=(
        Example("ALTER TABLE t ADD COLUMN a varchar(2)"),
        Example("ALTER TABLE t ALTER COLUMN a SET DEFAULT 1", ("postgres", "mysql", "mariadb")),
        Example("ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4", ("mysql", "mariadb")),
    ),
    default=(Action.CONFIRM, Action.CONFIRM, Action.ALLOW),
    verbs=frozenset({"ALTER COLUMN TYPE", "ALTER IGNORE", "CONVERT"}),
)
