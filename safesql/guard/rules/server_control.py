"""Statements that stop, redirect or reload parts of the server."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect, Reach
from safesql.guard.facts import Facts
from safesql.guard.hits import noted
from safesql.guard.rule import Example, Hit, Rule


def check(effect: Effect, _facts: Facts) -> Iterator[Hit]:
    """Flag what ends sessions, stops the server or its replication, or loads code."""
    for part in effect.walk():
        if part.reach is Reach.SERVER and part.kind == "control":
            yield noted(part, f"{part.verb} reaches beyond this session", "make sure that this is the server you mean")


RULE = Rule(
    name="server-control",
    why="Other people's sessions and other servers are affected, and no transaction takes it back.",
    check=check,
    flagged=(
        Example("KILL 7", ("mysql", "mariadb")),
        Example("SHUTDOWN", ("mysql", "mariadb")),
        Example("STOP REPLICA", ("mysql", "mariadb")),
        Example("SELECT pg_terminate_backend(7)", ("postgres",)),
        Example("INSTALL SONAME 'x'", ("mariadb",)),
    ),
    passed=(
        Example("SHOW PROCESSLIST", ("mysql", "mariadb")),
        Example("FLUSH TABLES", ("mysql", "mariadb")),
        Example("SELECT pg_backend_pid()", ("postgres",)),
        Example("START TRANSACTION", ("postgres", "mysql", "mariadb")),
    ),
    default=(Action.CONFIRM, Action.CONFIRM, Action.CONFIRM),
    reaches=frozenset({Reach.SERVER}),
)
