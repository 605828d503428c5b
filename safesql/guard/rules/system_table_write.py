"""Writing to the tables in which the server keeps its own state."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect, Name, Reach
from safesql.guard.facts import Facts
from safesql.guard.hits import named
from safesql.guard.memory import Memory
from safesql.guard.rule import Example, Hit, Rule

SQLITE_OWN = frozenset({"sqlite_master", "sqlite_schema", "sqlite_temp_master", "sqlite_temp_schema"})
SETTINGS = frozenset(
    "pg_settings time_zone time_zone_name time_zone_leap_second time_zone_transition time_zone_transition_type".split()
)
POSTGRES_OWN = frozenset(
    """
    pg_aggregate pg_am pg_amop pg_amproc pg_attrdef pg_attribute pg_auth_members pg_authid pg_cast pg_class
    pg_collation pg_constraint pg_conversion pg_database pg_db_role_setting pg_default_acl pg_depend pg_description
    pg_enum pg_event_trigger pg_extension pg_foreign_data_wrapper pg_foreign_server pg_foreign_table pg_index
    pg_inherits pg_init_privs pg_language pg_largeobject pg_largeobject_metadata pg_namespace pg_opclass pg_operator
    pg_opfamily pg_parameter_acl pg_partitioned_table pg_policy pg_proc pg_publication pg_publication_namespace
    pg_publication_rel pg_range pg_replication_origin pg_rewrite pg_seclabel pg_sequence pg_shdepend pg_shdescription
    pg_shseclabel pg_statistic pg_statistic_ext pg_statistic_ext_data pg_subscription pg_subscription_rel pg_tablespace
    pg_transform pg_trigger pg_ts_config pg_ts_config_map pg_ts_dict pg_ts_parser pg_ts_template pg_type
    pg_user_mapping
    """.split()
)
"""The tables of pg_catalog, which comes first wherever a search_path does not name it.

https://www.postgresql.org/docs/current/catalogs-overview.html
"""


def check(effect: Effect, facts: Facts) -> Iterator[Hit]:
    """Flag rows of the catalog that are written directly."""
    for part in effect.walk():
        if part.reach is Reach.ROWS and part.target is not None and _is_system(facts.memory.whole(part.target)):
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
        Example("DELETE FROM user WHERE User = 'a'", ("mariadb", "mysql"), Facts(memory=Memory(database="mysql"))),
        Example("DELETE FROM sqlite_master WHERE name = 't'", ("sqlite",)),
        Example("INSERT INTO sqlite_schema VALUES ('table', 't', 't', 0, '')", ("sqlite",)),
    ),
    passed=(
        Example("DELETE FROM sqlite_sequence WHERE name = 't'", ("sqlite",)),
        Example("UPDATE pg_settings SET setting = 'x' WHERE name = 'work_mem'", ("postgres",)),
        Example("SELECT * FROM pg_class", ("postgres",)),
        Example("DELETE FROM user WHERE id = 1", ("mariadb", "mysql"), Facts(memory=Memory(database="app"))),
    ),
    default=(Action.BLOCK, Action.CONFIRM, Action.CONFIRM),
    reaches=frozenset({Reach.ROWS}),
)
