"""INSERT or REPLACE that overwrites the table with rows of its own."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect
from safesql.guard.facts import Facts
from safesql.guard.hits import named, unbounded
from safesql.guard.rule import Example, Hit, Rule


def check(effect: Effect, _facts: Facts) -> Iterator[Hit]:
    """Flag the forms that overwrite by key where the source is the table itself, or is not known."""
    for write in unbounded(effect, "REPLACE", "ON DUPLICATE KEY UPDATE", "ON CONFLICT DO UPDATE"):
        message = f"every row of {named(write)} meets its own key and is overwritten"
        yield Hit(write.at, write.note or message, "restrict the SELECT, or write the rows out with VALUES")


RULE = Rule(
    name="upsert-all",
    why="An INSERT whose rows come from its own target hits every key, so it rewrites the whole table.",
    check=check,
    flagged=(
        Example("REPLACE INTO t SELECT id, 0 FROM t", ("mysql", "mariadb", "sqlite")),
        Example("INSERT INTO t SELECT id, 0 FROM t ON DUPLICATE KEY UPDATE a = 0", ("mysql", "mariadb")),
        Example("INSERT INTO t SELECT id, 0 FROM t ON CONFLICT (id) DO UPDATE SET a = 0", ("postgres",)),
        Example("INSERT OR REPLACE INTO t SELECT id, 0 FROM t", ("sqlite",)),
        Example("LOAD DATA LOCAL INFILE 'x' REPLACE INTO TABLE t", ("mysql", "mariadb")),
    ),
    passed=(
        Example("REPLACE INTO t VALUES (1, 2)", ("mysql", "mariadb", "sqlite")),
        Example("INSERT INTO t VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET a = 2", ("postgres", "sqlite")),
        Example("INSERT INTO t (id) SELECT id FROM u WHERE id = 1"),
        Example("INSERT INTO t SELECT * FROM t ON CONFLICT DO NOTHING", ("postgres",)),
        Example("REPLACE INTO t SELECT id, 0 FROM t WHERE id = 3", ("mysql", "mariadb", "sqlite")),
    ),
    default=(Action.BLOCK, Action.TYPE, Action.CONFIRM),
    verbs=frozenset({"REPLACE", "ON DUPLICATE KEY UPDATE", "ON CONFLICT DO UPDATE"}),
)
