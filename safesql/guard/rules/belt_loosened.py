"""A setting of the session that switches a protection of the server off."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect, Reach
from safesql.guard.facts import Facts
from safesql.guard.hits import named
from safesql.guard.rule import Example, Hit, Rule


def check(effect: Effect, _facts: Facts) -> Iterator[Hit]:
    """Flag what checks keys, modes or time no longer; dumps begin like that, so it is a remark by default."""
    for part in effect.walk():
        if part.reach is not Reach.SESSION or part.kind not in ("belt", "limit"):
            continue
        if part.kind == "limit":
            message = f"{named(part)} lets the statements that follow run or wait without an end"
            yield Hit(part.at, message, f"give {named(part)} a time, such as '30s'")
        else:
            message = f"{named(part)} protects the statements that follow, and is switched off"
            yield Hit(part.at, message, f"leave {named(part)} on, or switch it on again right after what needs it off")


RULE = Rule(
    name="belt-loosened",
    why="What follows is no longer checked by the server: keys, strict conversion, triggers, replication, time limits.",
    check=check,
    flagged=(
        Example("SET foreign_key_checks = 0", ("mysql", "mariadb")),
        Example("SET SESSION sql_mode = ''", ("mysql", "mariadb")),
        Example("SET sql_safe_updates = 0, unique_checks = 0", ("mysql", "mariadb")),
        Example("SET @@session.sql_log_bin = OFF", ("mysql", "mariadb")),
        Example("SET session_replication_role = replica", ("postgres",)),
        Example("SELECT set_config('row_security', 'off', false)", ("postgres",)),
        Example("SET lock_timeout = 0", ("postgres",)),
        Example("PRAGMA foreign_keys = OFF", ("sqlite",)),
        Example("PRAGMA ignore_check_constraints = ON", ("sqlite",)),
        Example("PRAGMA trusted_schema = ON", ("sqlite",)),
    ),
    passed=(
        Example("SET foreign_key_checks = 1", ("mysql", "mariadb")),
        Example("SET autocommit = 0", ("mysql", "mariadb")),
        Example("SET statement_timeout = '5s'", ("postgres",)),
        Example("PRAGMA foreign_keys = ON", ("sqlite",)),
        Example("PRAGMA trusted_schema = OFF", ("sqlite",)),
    ),
    default=(Action.ALLOW, Action.ALLOW, Action.ALLOW),
    reaches=frozenset({Reach.SESSION}),
)
