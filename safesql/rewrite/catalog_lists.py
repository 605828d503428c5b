"""Lists of one family or two: privileges, types, extensions and their like; the catalog that all share is elsewhere.

https://www.postgresql.org/docs/current/catalogs.html, https://mariadb.com/kb/en/information-schema-tables/
"""

from __future__ import annotations

from safesql.rewrite.catalog_pattern import Pattern
from safesql.rewrite.probe import Probe
from safesql.slotted import dataclass
from safesql.sql.dialect import Dialect, Family

_SECONDS = 20.0
_OURS = "{schema} NOT LIKE 'pg!_%' ESCAPE '!' AND {schema} <> 'information_schema'"
_SYSTEM = "{schema} NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')"


@dataclass(frozen=True, slots=True)
class _List:
    """``text`` has a place for the condition; ``schema`` is empty where names have none, ``unasked`` what is shown."""

    text: str
    schema: str
    name: str
    unasked: str = ""


_PRIVILEGES = (
    "SELECT n.nspname AS schema, c.relname AS name, "
    "array_to_string(coalesce(c.relacl, acldefault((CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END)::\"char\", "
    "c.relowner)), chr(10)) AS privileges, array_to_string(ARRAY(SELECT a.attname || ': ' || "
    "array_to_string(a.attacl, ', ') FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL "
    "AND NOT a.attisdropped ORDER BY a.attnum), chr(10)) AS columns, array_to_string(ARRAY(SELECT p.polname FROM "
    "pg_catalog.pg_policy p WHERE p.polrelid = c.oid ORDER BY 1), chr(10)) AS policies "
    "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'v', 'm', 'S', 'f', 'p') AND {where} ORDER BY 1, 2"
)
_TYPES = (
    "SELECT n.nspname AS schema, pg_catalog.format_type(t.oid, NULL) AS name, CASE t.typtype WHEN 'c' THEN 'composite' "
    "WHEN 'd' THEN 'domain' WHEN 'e' THEN 'enum' WHEN 'r' THEN 'range' WHEN 'm' THEN 'multirange' ELSE 'base' END "
    "AS kind, array_to_string(ARRAY(SELECT e.enumlabel FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid "
    "ORDER BY e.enumsortorder), ', ') AS values, coalesce(obj_description(t.oid, 'pg_type'), '') AS comment "
    "FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace "
    "WHERE (t.typrelid = 0 OR EXISTS (SELECT 1 FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid "
    "AND c.relkind = 'c')) AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_type e WHERE e.oid = t.typelem "
    "AND e.typarray = t.oid) AND {where} ORDER BY 1, 2"
)
_DOMAINS = (
    "SELECT n.nspname AS schema, t.typname AS name, pg_catalog.format_type(t.typbasetype, t.typtypmod) AS type, "
    "CASE WHEN t.typnotnull THEN 'not null' ELSE '' END AS nullable, coalesce(t.typdefault, '') AS default, "
    "array_to_string(ARRAY(SELECT pg_catalog.pg_get_constraintdef(k.oid, true) FROM pg_catalog.pg_constraint k "
    "WHERE k.contypid = t.oid ORDER BY k.conname), ' ') AS check FROM pg_catalog.pg_type t "
    "JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'd' AND {where} ORDER BY 1, 2"
)
_GRANTED = (
    "SELECT g.place AS `table`, g.grantee AS user, "
    "group_concat(lower(g.privilege) ORDER BY g.privilege SEPARATOR ', ') AS privileges "
    "FROM (SELECT table_schema, table_name, concat(table_schema, '.', table_name) AS place, grantee, "
    "privilege_type AS privilege FROM information_schema.table_privileges UNION ALL SELECT table_schema, '*', "
    "concat(table_schema, '.*'), grantee, privilege_type FROM information_schema.schema_privileges) g "
    "WHERE {where} GROUP BY g.place, g.grantee ORDER BY 1, 2"
)

_LISTS: dict[tuple[str, Family], _List] = {
    ("privileges", Family.POSTGRES): _List(_PRIVILEGES, "n.nspname", "c.relname", _OURS),
    ("privileges", Family.MYSQL): _List(_GRANTED, "g.table_schema", "g.table_name", _SYSTEM),
    ("types", Family.POSTGRES): _List(_TYPES, "n.nspname", "t.typname", _OURS),
    ("domains", Family.POSTGRES): _List(_DOMAINS, "n.nspname", "t.typname", _OURS),
    ("tablespaces", Family.POSTGRES): _List(
        "SELECT s.spcname AS name, pg_catalog.pg_get_userbyid(s.spcowner) AS owner, "
        "pg_catalog.pg_tablespace_location(s.oid) AS location FROM pg_catalog.pg_tablespace s WHERE {where} ORDER BY 1",
        "", "s.spcname",
    ),
    ("extensions", Family.POSTGRES): _List(
        "SELECT e.extname AS name, e.extversion AS version, n.nspname AS schema, "
        "coalesce(obj_description(e.oid, 'pg_extension'), '') AS comment FROM pg_catalog.pg_extension e "
        "JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE {where} ORDER BY 1",
        "", "e.extname",
    ),
    ("extensions", Family.MYSQL): _List(
        "SELECT p.plugin_name AS name, p.plugin_version AS version, lower(p.plugin_status) AS status, "
        "lower(p.plugin_type) AS type FROM information_schema.plugins p WHERE {where} ORDER BY 1",
        "", "p.plugin_name",
    ),
    ("extensions", Family.SQLITE): _List(
        "SELECT m.name AS name FROM pragma_module_list m WHERE {where} ORDER BY 1", "", "m.name",
    ),
    ("sources", Family.POSTGRES): _List(
        "SELECT pg_catalog.pg_get_functiondef(p.oid) FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n "
        "ON n.oid = p.pronamespace WHERE p.prokind <> 'a' AND {where} ORDER BY n.nspname, p.proname, p.oid LIMIT 50",
        "n.nspname", "p.proname",
    ),
    ("sources", Family.MYSQL): _List(
        "SELECT concat('-- ', lower(r.routine_type), ' ', r.routine_schema, '.', r.routine_name), "
        "coalesce(r.routine_definition, '-- its text may be read by its definer alone') "
        "FROM information_schema.routines r WHERE {where} "
        "ORDER BY r.routine_schema, r.routine_name LIMIT 50",
        "r.routine_schema", "r.routine_name",
    ),
}  # fmt: skip


def listed(what: str, dialect: Dialect, pattern: Pattern) -> Probe | None:
    """A list for people; None where this family has no such thing."""
    found = _LISTS.get((what, dialect.family))
    if found is None:
        return None
    asked = pattern.name or (pattern.schema and found.schema)
    unasked = found.unasked.format(schema=found.schema) or "1 = 1"
    where = pattern.where(dialect, found.schema, found.name) if asked else unasked
    return Probe(found.text.format(where=where), what, _SECONDS)
