"""SQLite's schema table and the pragmas that can be read like tables: https://www.sqlite.org/pragma.html#pragfunc."""

from __future__ import annotations

from safesql.rewrite.catalog_pattern import Pattern
from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect
from safesql.sql.quoting import quote_string

_SECONDS = 20.0
_MASTER = (
    "(SELECT 'main' AS schema, type, name, tbl_name, sql FROM main.sqlite_master "
    "UNION ALL SELECT 'temp', type, name, tbl_name, sql FROM temp.sqlite_master)"
)
_OURS = "m.name NOT LIKE 'sqlite!_%' ESCAPE '!'"


def current(dialect: Dialect) -> Probe:
    """The file, its schema, and nobody: SQLite knows no users."""
    del dialect
    return _probe("SELECT file, name, '' FROM pragma_database_list WHERE name = 'main'", "where this session is")


def names(dialect: Dialect) -> Probe:
    """Tables and views of the main and the temporary database."""
    del dialect
    return _probe(
        f"SELECT m.schema, m.name, m.type, 1 FROM {_MASTER} m WHERE m.type IN ('table', 'view') AND {_OURS} "
        "UNION ALL SELECT 'main', 'sqlite_master', 'table', 1",
        "names for completion",
    )


def columns(dialect: Dialect, schema: str) -> Probe:
    """Columns of all tables and views."""
    del dialect, schema
    return _probe(
        f"SELECT m.schema, m.name, p.name, p.type FROM {_MASTER} m, pragma_table_xinfo(m.name, m.schema) p "
        "WHERE m.type IN ('table', 'view') ORDER BY m.name, p.cid",
        "columns for completion",
    )


def routines(dialect: Dialect) -> Probe:
    """The functions of this build of SQLite."""
    del dialect
    return _probe("SELECT DISTINCT 'main', f.name, 1 FROM pragma_function_list f", "routines for completion")


def databases(dialect: Dialect, pattern: Pattern) -> Probe:
    r"""``\l``: the attached files."""
    return _probe(
        f"SELECT d.name, d.file FROM pragma_database_list d WHERE {pattern.where(dialect, '', 'd.name')} "
        "ORDER BY d.seq",
        "databases",
    )


def schemas(dialect: Dialect, pattern: Pattern) -> Probe:
    r"""``\dn``: every attached file is a schema."""
    return databases(dialect, pattern)


def relations(dialect: Dialect, kinds: tuple[str, ...], pattern: Pattern) -> Probe:
    r"""``\dt`` and its kin."""
    wanted = ", ".join(f"'{kind}'" for kind in kinds)
    return _probe(
        f"SELECT m.schema, m.name, m.type, m.tbl_name AS \"table\" FROM {_MASTER} m "
        f"WHERE m.type IN ({wanted}) AND {_OURS} AND {pattern.where(dialect, 'm.schema', 'm.name')} ORDER BY 1, 2",
        "relations",
    )


def functions(dialect: Dialect, pattern: Pattern) -> Probe:
    r"""``\df``."""
    return _probe(
        "SELECT f.name, CASE f.type WHEN 's' THEN 'function' WHEN 'a' THEN 'aggregate' ELSE 'window' END AS type, "
        f"f.narg AS arguments FROM pragma_function_list f WHERE {pattern.where(dialect, '', 'f.name')} "
        "GROUP BY 1, 2, 3 ORDER BY 1, 3",
        "functions",
    )


def users(dialect: Dialect, pattern: Pattern) -> Probe:
    r"""``\du``: no rows, under the same heading as elsewhere."""
    del dialect, pattern
    return _probe("SELECT '' AS name WHERE 1 = 0", "users")


def matching(dialect: Dialect, pattern: Pattern) -> Probe:
    """What a pattern names."""
    return _probe(
        f"SELECT m.schema, m.name, m.type FROM {_MASTER} m WHERE m.type <> 'trigger' "
        f"AND {pattern.where(dialect, 'm.schema', 'm.name')} ORDER BY 1, 2",
        "names that match",
    )


def columns_of(dialect: Dialect, schema: str, name: str) -> Probe:
    """Columns with types, defaults and their place in the primary key."""
    return _probe(
        'SELECT p.name AS "column", p.type, CASE WHEN p."notnull" THEN \'not null\' ELSE \'\' END AS nullable, '
        "coalesce(p.dflt_value, '') AS \"default\", CASE WHEN p.pk THEN 'primary key' ELSE '' END AS key "
        f"FROM pragma_table_xinfo({quote_string(name, dialect)}, {quote_string(schema, dialect)}) p ORDER BY p.cid",
        "columns",
    )


def indexes_of(dialect: Dialect, schema: str, name: str) -> Probe:
    """Indexes with their columns."""
    place = quote_string(schema, dialect)
    return _probe(
        "SELECT l.name AS \"index\", CASE WHEN l.origin = 'pk' THEN 'primary key' WHEN l.\"unique\" THEN 'unique' "
        "ELSE '' END AS kind, (SELECT group_concat(coalesce(i.name, '<expression>'), ', ') "
        f"FROM pragma_index_info(l.name, {place}) i) AS columns "
        f"FROM pragma_index_list({quote_string(name, dialect)}, {place}) l ORDER BY l.seq",
        "indexes",
    )


def references_of(dialect: Dialect, schema: str, name: str) -> Probe:
    """Foreign keys, both directions."""
    me, place = quote_string(name, dialect), quote_string(schema, dialect)
    definition = "f.\"from\" || ' -> ' || coalesce(f.\"to\", 'primary key') || ' on delete ' || lower(f.on_delete)"
    return _probe(
        f"SELECT 'references' AS foreign_key, f.\"table\", {definition} AS definition "
        f"FROM pragma_foreign_key_list({me}, {place}) f "
        f"UNION ALL SELECT 'referenced by', m.name, {definition} "
        f"FROM {_MASTER} m, pragma_foreign_key_list(m.name, m.schema) f "
        f"WHERE m.type = 'table' AND f.\"table\" = {me} COLLATE NOCASE",
        "foreign keys",
    )


def definition_of(dialect: Dialect, schema: str, name: str) -> Probe:
    """The statement that made it."""
    return _probe(
        f"SELECT m.sql FROM {_MASTER} m WHERE m.schema = {quote_string(schema, dialect)} "
        f"AND m.name = {quote_string(name, dialect)}",
        "definition",
    )


def _probe(text: str, purpose: str) -> Probe:
    """A question to the schema."""
    return Probe(text, purpose, _SECONDS)
