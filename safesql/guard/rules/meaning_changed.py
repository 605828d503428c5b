"""A setting of the session after which the same words mean something else."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect, Reach
from safesql.guard.facts import Facts
from safesql.guard.hits import named
from safesql.guard.rule import Example, Hit, Rule

MEANS = {
    "mode": "the strings and names of the statements that follow are read otherwise",
    "names": "the names in the statements that follow are looked up elsewhere",
    "role": "the statements that follow run with the rights of somebody else",
    "transaction": "when the statements that follow are committed, or what they see, is decided otherwise",
}
INSTEAD = {
    "mode": "leave it as the server has it, and write strings that mean the same in every mode",
    "names": "write the schema before the name",
    "role": "connect as the account that is meant",
    "transaction": "write BEGIN and COMMIT around the statements that belong together",
}


def check(effect: Effect, _facts: Facts) -> Iterator[Hit]:
    """Flag modes, search paths, roles and autocommit; scripts begin like that, so it is a remark by default."""
    for part in effect.walk():
        kind = "mode" if part.kind == "belt" and named(part) == "sql_mode" else part.kind
        if part.reach is Reach.SESSION and kind in MEANS:
            yield Hit(part.at, MEANS[kind], INSTEAD[kind])


RULE = Rule(
    name="meaning-changed",
    why="A statement that was reviewed under one mode, schema, role or way to commit is another one under the next.",
    check=check,
    flagged=(
        Example("SET sql_mode = 'ANSI_QUOTES,STRICT_TRANS_TABLES'", ("mysql", "mariadb")),
        Example("/*!50000 SET sql_mode = 'NO_BACKSLASH_ESCAPES' */", ("mysql", "mariadb")),
        Example("SET autocommit = 0", ("mysql", "mariadb")),
        Example("SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED", ("mysql", "mariadb")),
        Example("SET standard_conforming_strings = off", ("postgres",)),
        Example("SET search_path = app, public", ("postgres",)),
        Example("SET SCHEMA 'app'", ("postgres",)),
        Example("SELECT set_config('search_path', '', false)", ("postgres",)),
        Example("SET ROLE app", ("postgres", "mysql", "mariadb")),
        Example("SET SESSION AUTHORIZATION app", ("postgres",)),
    ),
    passed=(
        Example("SET standard_conforming_strings = on", ("postgres",)),
        Example("SET work_mem = '8MB'", ("postgres",)),
        Example("SET NAMES utf8mb4", ("mysql", "mariadb")),
        Example("SET @sql_mode = 'ANSI_QUOTES'", ("mysql", "mariadb")),
        Example("SELECT current_setting('search_path')", ("postgres",)),
        Example("PRAGMA case_sensitive_like = ON", ("sqlite",)),
    ),
    default=(Action.ALLOW, Action.ALLOW, Action.ALLOW),
    reaches=frozenset({Reach.SESSION}),
)
