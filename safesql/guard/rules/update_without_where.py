"""UPDATE that names no rows."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect
from safesql.guard.facts import Facts
from safesql.guard.hits import named, noted, unbounded
from safesql.guard.rule import Example, Hit, Rule


def check(effect: Effect, _facts: Facts) -> Iterator[Hit]:
    """Flag each UPDATE, however deep, whose rows nothing restricts."""
    for write in unbounded(effect, "UPDATE"):
        if write.kind == "added here":          # columns that the same script has added held nothing before
            continue
        yield noted(
            write, f"every row of {named(write)} gets new values", "name the rows: UPDATE … SET … WHERE key = …"
        )


RULE = Rule(
    name="update-without-where",
    why="Without a WHERE that restricts, the old values of every row are gone.",
    check=check,
    flagged=(
        Example("UPDATE t SET a = 1"),
        Example("UPDATE t SET a = 1 WHERE 1 = 1"),
        Example("UPDATE t SET a = (SELECT max(b) FROM u WHERE u.id = 1)"),
        Example("UPDATE t, u SET t.a = u.a", ("mysql", "mariadb")),
        Example("UPDATE t SET a = u.a FROM u", ("postgres", "sqlite")),
        Example("WITH x AS (UPDATE t SET a = 1 RETURNING 1) SELECT 1", ("postgres",)),
    ),
    passed=(
        Example("UPDATE t SET a = 1 WHERE id = 1"),
        Example("UPDATE t SET a = 1 WHERE 1 = 0"),
        Example("EXPLAIN UPDATE t SET a = 1"),
        Example("SELECT * FROM t FOR UPDATE", ("postgres", "mysql", "mariadb")),
    ),
    default=(Action.BLOCK, Action.TYPE, Action.CONFIRM),
    verbs=frozenset({"UPDATE"}),
)
