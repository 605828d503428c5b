"""Writing to the tables in which the server keeps its own state."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect, Name, Reach
from safesql.guard.facts import Facts
from safesql.guard.hits import named
from safesql.guard.rule import Example, Hit, Rule

SQLITE_OWN = frozenset({"sqlite_master", "sqlite_schema", "sqlite_temp_master", "sqlite_temp_schema"})
SETTINGS = frozenset(
    {"pg_settings", "time_zone", "time_zone_name", "time_zone_transition", "time_zone_transition_type"}
)
POSTGRES_OWN = frozenset({
    "pg_class", "pg_attribute", "pg_proc", "pg_type", "pg_namespace", "pg_index", "pg_constraint", "pg_depend",
    "pg_database", "pg_authid", "pg_trigger", "pg_rewrite", "pg_attrdef", "pg_inherits", "pg_tablespace", "pg_enum",
    "pg_extension", "pg_cast", "pg_operator", "pg_opclass", "pg_am", "pg_largeobject", "pg_largeobject_metadata",
    "pg_shdepend", "pg_auth_members", "pg_statistic", "pg_sequence", "pg_partitioned_table", "pg_policy",
    "pg_subscription",
})


def check(effect: Effect, _facts: Facts) -> Iterator[Hit]:
    """Flag rows of the catalog that are written directly."""
    for part in effect.walk():
        if part.reach is Reach.ROWS and part.target is not None and _is_system(part.target):
            yield Hit(
                part.at,
                f"{named(part)} belongs to the server",
                "use the statement that is made for it: ALTER, GRANT, DROP",
            )


def _is_system(name: Name) -> bool:
    """Whether a table is the server's own."""
    *containers, table = (part.lower() for part in name.parts)
    if table in SQLITE_OWN:
        return True
    if containers and containers[-1] in ("pg_catalog", "information_schema", "mysql"):
        return table not in SETTINGS
    return not containers and table.startswith("pg_") and table in POSTGRES_OWN


RULE = Rule(
    name="system-table-write",
    why="A wrong row there makes tables unreadable or locks everybody out.",
    check=check,
    flagged=(
        Example("DELETE FROM pg_catalog.pg_class WHERE oid = 1", ("postgres",)),
        Example("UPDATE mysql.user SET Password = 'x' WHERE User = 'a'", ("mariadb", "mysql")),
        Example("DELETE FROM sqlite_master WHERE name = 't'", ("sqlite",)),
        Example("INSERT INTO sqlite_schema VALUES ('table', 't', 't', 0, '')", ("sqlite",)),
    ),
    passed=(
        Example("DELETE FROM sqlite_sequence WHERE name = 't'", ("sqlite",)),
        Example("UPDATE pg_settings SET setting = 'x' WHERE name = 'work_mem'", ("postgres",)),
        Example("SELECT * FROM pg_class", ("postgres",)),
    ),
    default=(Action.BLOCK, Action.CONFIRM, Action.CONFIRM),
    reaches=frozenset({Reach.ROWS}),
)
