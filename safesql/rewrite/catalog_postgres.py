"""PostgreSQL's catalog: https://www.postgresql.org/docs/current/catalogs.html."""

from __future__ import annotations

from safesql.rewrite.catalog_pattern import Pattern
from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect
from safesql.sql.quoting import quote_string

_SECONDS = 20.0
_KIND = (
    "CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'v' THEN 'view' "
    "WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence' "
    "WHEN 'i' THEN 'index' WHEN 'I' THEN 'partitioned index' ELSE c.relkind::text END"
)
_RELATIONS = "pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
_RELKINDS = {"table": "'r', 'p', 'f'", "view": "'v', 'm'", "index": "'i', 'I'", "sequence": "'S'"}
_KEY = (
    "(SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY u.at) FROM unnest(k.{0}) WITH ORDINALITY u (num, at) "
    "JOIN pg_catalog.pg_attribute a ON a.attrelid = k.{1} AND a.attnum = u.num)"
)
_DOES = (
    "CASE {} WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set null' WHEN 'd' THEN 'set default' END"
)
_RULES = (
    f"concat(' on delete ' || {_DOES.format('k.confdeltype')}, ' on update ' || {_DOES.format('k.confupdtype')}, "
    "CASE WHEN k.condeferrable THEN ' deferrable' END, CASE WHEN NOT k.convalidated THEN ' not valid' END)"
)
_OURS = "n.nspname NOT LIKE 'pg!_%' ESCAPE '!' AND n.nspname <> 'information_schema'"


def current(dialect: Dialect) -> Probe:
    """Database, schema, user, and the schemas in which names are looked up, one a line."""
    del dialect
    path = "pg_catalog.array_to_string(pg_catalog.current_schemas(true), pg_catalog.chr(10))"
    return _probe(f"SELECT current_database(), current_schema(), current_user, {path}", "where this session is")


def names(dialect: Dialect) -> Probe:
    """Relations that can be read, the system's own included."""
    del dialect
    return _probe(
        f"SELECT n.nspname, c.relname, {_KIND}, "
        "CASE WHEN pg_catalog.pg_table_is_visible(c.oid) THEN 1 ELSE 0 END "
        f"FROM {_RELATIONS} WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname <> 'information_schema' "
        "AND n.nspname NOT LIKE 'pg!_t%' ESCAPE '!'",
        "names for completion",
    )


def columns(dialect: Dialect, schema: str) -> Probe:
    """Columns of all schemas but the system's."""
    del dialect, schema
    return _probe(
        "SELECT n.nspname, c.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod) "
        f"FROM {_RELATIONS} JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid "
        "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped "
        f"AND {_OURS} ORDER BY c.oid, a.attnum",
        "columns for completion",
    )


def routines(dialect: Dialect) -> Probe:
    """Functions and procedures that are called by name; not those behind operators and types."""
    del dialect
    return _probe(
        "SELECT DISTINCT ON (n.nspname, p.proname) n.nspname, p.proname, "
        "CASE WHEN pg_catalog.pg_function_is_visible(p.oid) THEN 1 ELSE 0 END, "
        "'(' || pg_catalog.pg_get_function_arguments(p.oid) || ')' "
        "FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace "
        "WHERE p.prorettype NOT IN ('internal'::regtype, 'cstring'::regtype, 'trigger'::regtype) "
        "AND n.nspname <> 'information_schema' AND NOT ('internal'::regtype = ANY (p.proargtypes))",
        "routines for completion",
    )


def databases(dialect: Dialect, pattern: Pattern) -> Probe:
    r"""``\l``."""
    return _probe(
        "SELECT d.datname AS name, pg_catalog.pg_get_userbyid(d.datdba) AS owner, "
        "pg_catalog.pg_encoding_to_char(d.encoding) AS encoding, d.datcollate AS collation "
        f"FROM pg_catalog.pg_database d WHERE {pattern.where(dialect, '', 'd.datname')} ORDER BY 1",
        "databases",
    )


def schemas(dialect: Dialect, pattern: Pattern) -> Probe:
    r"""``\dn``."""
    shown = pattern.where(dialect, "", "n.nspname") if pattern.name else _OURS
    return _probe(
        "SELECT n.nspname AS name, pg_catalog.pg_get_userbyid(n.nspowner) AS owner "
        f"FROM pg_catalog.pg_namespace n WHERE {shown} ORDER BY 1",
        "schemas",
    )


def relations(dialect: Dialect, kinds: tuple[str, ...], pattern: Pattern) -> Probe:
    r"""``\dt`` and its kin; rows are the planner's estimate, which costs nothing to read."""
    wanted = ", ".join(_RELKINDS[kind] for kind in kinds)
    return _probe(
        f"SELECT n.nspname AS schema, c.relname AS name, {_KIND} AS type, "
        "pg_catalog.pg_get_userbyid(c.relowner) AS owner, "
        "CASE WHEN c.reltuples >= 0 AND c.relkind IN ('r', 'm') THEN c.reltuples::bigint END AS about_rows, "
        "pg_catalog.pg_size_pretty(pg_catalog.pg_table_size(c.oid)) AS size "
        f"FROM {_RELATIONS} WHERE c.relkind IN ({wanted}) AND {_shown(dialect, pattern, 'n.nspname', 'c.relname')} "
        "ORDER BY 1, 2",
        "relations",
    )


def functions(dialect: Dialect, pattern: Pattern) -> Probe:
    r"""``\df``."""
    return _probe(
        "SELECT n.nspname AS schema, p.proname AS name, pg_catalog.pg_get_function_result(p.oid) AS result, "
        "pg_catalog.pg_get_function_arguments(p.oid) AS arguments, CASE p.prokind WHEN 'a' THEN 'aggregate' "
        "WHEN 'w' THEN 'window' WHEN 'p' THEN 'procedure' ELSE 'function' END AS type "
        "FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace "
        f"WHERE {_shown(dialect, pattern, 'n.nspname', 'p.proname')} ORDER BY 1, 2, 4",
        "functions",
    )


def users(dialect: Dialect, pattern: Pattern) -> Probe:
    r"""``\du``."""
    shown = pattern.where(dialect, "", "r.rolname") if pattern.name else "r.rolname NOT LIKE 'pg!_%' ESCAPE '!'"
    return _probe(
        "SELECT r.rolname AS name, concat_ws(', ', CASE WHEN r.rolsuper THEN 'superuser' END, "
        "CASE WHEN r.rolcreaterole THEN 'create role' END, CASE WHEN r.rolcreatedb THEN 'create database' END, "
        "CASE WHEN NOT r.rolcanlogin THEN 'cannot log in' END, CASE WHEN r.rolreplication THEN 'replication' END) "
        "AS attributes, pg_catalog.array_to_string(ARRAY(SELECT g.rolname FROM pg_catalog.pg_auth_members m "
        "JOIN pg_catalog.pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid), ', ') AS member_of "
        f"FROM pg_catalog.pg_roles r WHERE {shown} ORDER BY 1",
        "users",
    )


def matching(dialect: Dialect, pattern: Pattern) -> Probe:
    """What a pattern names; without a schema only what is found without one."""
    seen = "" if pattern.schema else "AND pg_catalog.pg_table_is_visible(c.oid) "
    return _probe(
        f"SELECT n.nspname, c.relname, {_KIND} FROM {_RELATIONS} "
        f"WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'i', 'I', 'S') {seen}"
        f"AND {pattern.where(dialect, 'n.nspname', 'c.relname')} ORDER BY 1, 2",
        "names that match",
    )


def columns_of(dialect: Dialect, schema: str, name: str) -> Probe:
    """Columns with types, defaults and comments."""
    return _probe(
        "SELECT a.attname AS column, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type, "
        "CASE WHEN a.attnotnull THEN 'not null' ELSE '' END AS nullable, "
        "CASE WHEN a.attidentity <> '' THEN 'identity' ELSE coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), '') "
        "END AS default, coalesce(pg_catalog.col_description(c.oid, a.attnum), '') AS comment "
        f"FROM {_RELATIONS} JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid "
        "LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum "
        f"WHERE a.attnum > 0 AND NOT a.attisdropped AND {_is(dialect, schema, name)} ORDER BY a.attnum",
        "columns",
    )


def indexes_of(dialect: Dialect, schema: str, name: str) -> Probe:
    """Indexes and unique constraints by their definition."""
    return _probe(
        "SELECT x.relname AS index, CASE WHEN i.indisprimary THEN 'primary key' WHEN i.indisunique THEN 'unique' "
        "ELSE '' END AS kind, substring(pg_catalog.pg_get_indexdef(i.indexrelid) FROM ' USING (.*)$') AS definition "
        f"FROM {_RELATIONS} JOIN pg_catalog.pg_index i ON i.indrelid = c.oid "
        f"JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid WHERE {_is(dialect, schema, name)} "
        "ORDER BY i.indisprimary DESC, 1",
        "indexes",
    )


def references_of(dialect: Dialect, schema: str, name: str) -> Probe:
    """Foreign keys, both directions."""
    return _probe(
        "SELECT CASE WHEN k.conrelid = c.oid THEN 'references' ELSE 'referenced by' END AS foreign_key, "
        "CASE WHEN k.conrelid = c.oid THEN k.confrelid ELSE k.conrelid END::regclass AS table, "
        f"k.conname AS name, '(' || {_KEY.format('conkey', 'conrelid')} || ') -> (' || "
        f"{_KEY.format('confkey', 'confrelid')} || ')' || {_RULES} AS definition "
        f"FROM {_RELATIONS} JOIN pg_catalog.pg_constraint k ON c.oid IN (k.conrelid, k.confrelid) "
        f"WHERE k.contype = 'f' AND {_is(dialect, schema, name)} ORDER BY 1 DESC, 2, 3",
        "foreign keys",
    )


def definition_of(dialect: Dialect, schema: str, name: str) -> Probe:
    """The query of a view."""
    return _probe(
        f"SELECT pg_catalog.pg_get_viewdef(c.oid, true) FROM {_RELATIONS} "
        f"WHERE c.relkind IN ('v', 'm') AND {_is(dialect, schema, name)}",
        "definition",
    )


def _shown(dialect: Dialect, pattern: Pattern, schema: str, name: str) -> str:
    """What a pattern names; without one, everything but the system's."""
    if pattern.name or pattern.schema:
        return pattern.where(dialect, schema, name)
    return _OURS


def _is(dialect: Dialect, schema: str, name: str) -> str:
    """Exactly one relation."""
    return f"n.nspname = {quote_string(schema, dialect)} AND c.relname = {quote_string(name, dialect)}"


def _probe(text: str, purpose: str) -> Probe:
    """A question to the catalog, which never takes long."""
    return Probe(text, purpose, _SECONDS)
