"""The information_schema of MySQL and MariaDB: https://dev.mysql.com/doc/refman/8.0/en/information-schema.html."""

from __future__ import annotations

from safesql.rewrite.catalog_pattern import Pattern
from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect
from safesql.sql.quoting import quote_name, quote_string

_SECONDS = 20.0
_SYSTEM = "('information_schema', 'performance_schema', 'mysql', 'sys')"
_KIND = "CASE t.table_type WHEN 'BASE TABLE' THEN 'table' ELSE lower(t.table_type) END"
_TYPES = {"table": "'BASE TABLE'", "view": "'VIEW', 'SYSTEM VIEW'", "sequence": "'SEQUENCE'"}


def current(dialect: Dialect) -> Probe:
    """Database twice, since it is the schema too, and the user."""
    del dialect
    return _probe("SELECT database(), database(), current_user()", "where this session is")


def names(dialect: Dialect) -> Probe:
    """Tables and views of all databases but the system's."""
    del dialect
    return _probe(
        f"SELECT t.table_schema, t.table_name, {_KIND}, t.table_schema <=> database() "
        f"FROM information_schema.tables t WHERE t.table_schema NOT IN {_SYSTEM}",
        "names for completion",
    )


def columns(dialect: Dialect, schema: str) -> Probe:
    """Columns of the current database: those of a whole server can take minutes to read."""
    return _probe(
        "SELECT c.table_schema, c.table_name, c.column_name, c.column_type FROM information_schema.columns c "
        f"WHERE c.table_schema = {quote_string(schema, dialect)} ORDER BY c.table_name, c.ordinal_position",
        "columns for completion",
    )


def routines(dialect: Dialect) -> Probe:
    """Stored functions and procedures."""
    del dialect
    return _probe(
        "SELECT r.routine_schema, r.routine_name, r.routine_schema <=> database() "
        f"FROM information_schema.routines r WHERE r.routine_schema NOT IN {_SYSTEM}",
        "routines for completion",
    )


def databases(dialect: Dialect, pattern: Pattern) -> Probe:
    r"""``\l``."""
    return _probe(
        "SELECT s.schema_name AS name, s.default_character_set_name AS encoding, "
        "s.default_collation_name AS collation FROM information_schema.schemata s "
        f"WHERE {pattern.where(dialect, '', 's.schema_name')} ORDER BY 1",
        "databases",
    )


def schemas(dialect: Dialect, pattern: Pattern) -> Probe:
    r"""``\dn``: a schema is a database here."""
    return databases(dialect, pattern)


def relations(dialect: Dialect, kinds: tuple[str, ...], pattern: Pattern) -> Probe:
    r"""``\dt`` and its kin; rows are the storage engine's estimate."""
    if kinds == ("index",):
        return _indexes(dialect, pattern)
    wanted = ", ".join(_TYPES[kind] for kind in kinds if kind in _TYPES)
    return _probe(
        f"SELECT t.table_schema AS `schema`, t.table_name AS name, {_KIND} AS type, t.engine AS engine, "
        "t.table_rows AS about_rows FROM information_schema.tables t "
        f"WHERE t.table_type IN ({wanted}) AND {_shown(dialect, pattern, 't.table_schema', 't.table_name')} "
        "ORDER BY 1, 2",
        "relations",
    )


def functions(dialect: Dialect, pattern: Pattern) -> Probe:
    r"""``\df``."""
    return _probe(
        "SELECT r.routine_schema AS `schema`, r.routine_name AS name, r.dtd_identifier AS result, "
        "(SELECT group_concat(concat_ws(' ', p.parameter_name, p.dtd_identifier) "
        "ORDER BY p.ordinal_position SEPARATOR ', ') FROM information_schema.parameters p "
        "WHERE p.specific_schema = r.routine_schema AND p.specific_name = r.specific_name "
        "AND p.ordinal_position > 0) AS arguments, lower(r.routine_type) AS type FROM information_schema.routines r "
        f"WHERE {_shown(dialect, pattern, 'r.routine_schema', 'r.routine_name')} ORDER BY 1, 2",
        "functions",
    )


def users(dialect: Dialect, pattern: Pattern) -> Probe:
    r"""``\du``: accounts and their global privileges, as far as this account may see them."""
    return _probe(
        "SELECT u.grantee AS name, group_concat(lower(u.privilege_type) ORDER BY u.privilege_type SEPARATOR ', ') "
        "AS privileges FROM information_schema.user_privileges u "
        f"WHERE {pattern.where(dialect, '', 'u.grantee')} GROUP BY u.grantee ORDER BY 1",
        "users",
    )


def matching(dialect: Dialect, pattern: Pattern) -> Probe:
    """What a pattern names; without a schema only in the current database."""
    here = "" if pattern.schema else "AND t.table_schema <=> database() "
    return _probe(
        f"SELECT t.table_schema, t.table_name, {_KIND} FROM information_schema.tables t "
        f"WHERE {pattern.where(dialect, 't.table_schema', 't.table_name')} {here}ORDER BY 1, 2",
        "names that match",
    )


def columns_of(dialect: Dialect, schema: str, name: str) -> Probe:
    """Columns with types, defaults and comments."""
    return _probe(
        "SELECT c.column_name AS `column`, c.column_type AS type, "
        "CASE c.is_nullable WHEN 'NO' THEN 'not null' ELSE '' END AS nullable, "
        "coalesce(c.column_default, '') AS `default`, c.extra AS extra, c.column_comment AS comment "
        f"FROM information_schema.columns c WHERE {_is(dialect, 'c', schema, name)} ORDER BY c.ordinal_position",
        "columns",
    )


def indexes_of(dialect: Dialect, schema: str, name: str) -> Probe:
    """Indexes with their columns."""
    return _probe(
        "SELECT s.index_name AS `index`, CASE WHEN s.index_name = 'PRIMARY' THEN 'primary key' "
        "WHEN min(s.non_unique) = 0 THEN 'unique' ELSE '' END AS kind, "
        "group_concat(s.column_name ORDER BY s.seq_in_index SEPARATOR ', ') AS `columns` "
        f"FROM information_schema.statistics s WHERE {_is(dialect, 's', schema, name)} "
        "GROUP BY s.index_name ORDER BY 1",
        "indexes",
    )


def references_of(dialect: Dialect, schema: str, name: str) -> Probe:
    """Foreign keys, both directions, with their rules."""
    here = f"k.table_schema = {quote_string(schema, dialect)} AND k.table_name = {quote_string(name, dialect)}"
    there = (
        f"k.referenced_table_schema = {quote_string(schema, dialect)} "
        f"AND k.referenced_table_name = {quote_string(name, dialect)}"
    )
    return _probe(
        f"SELECT CASE WHEN {here} THEN 'references' ELSE 'referenced by' END AS foreign_key, "
        f"CASE WHEN {here} THEN k.referenced_table_name ELSE k.table_name END AS `table`, k.constraint_name AS name, "
        "concat('(', group_concat(k.column_name ORDER BY k.ordinal_position), ') -> (', "
        "group_concat(k.referenced_column_name ORDER BY k.ordinal_position), ') on delete ', "
        "lower(min(r.delete_rule))) AS definition FROM information_schema.key_column_usage k "
        "JOIN information_schema.referential_constraints r ON r.constraint_schema = k.constraint_schema "
        "AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name "
        f"WHERE k.referenced_table_name IS NOT NULL AND (({here}) OR ({there})) "
        "GROUP BY k.table_schema, k.table_name, k.referenced_table_name, k.constraint_name ORDER BY 1 DESC, 2, 3",
        "foreign keys",
    )


def definition_of(dialect: Dialect, schema: str, name: str) -> Probe:
    """The query of a view."""
    return _probe(
        f"SELECT v.view_definition FROM information_schema.views v WHERE {_is(dialect, 'v', schema, name)}",
        "definition",
    )


def use(dialect: Dialect, database: str) -> str:
    r"""The statement that ``\u`` stands for; it goes down the normal road."""
    return f"USE {quote_name(database, dialect)}"


def _indexes(dialect: Dialect, pattern: Pattern) -> Probe:
    r"""``\di``."""
    return _probe(
        "SELECT s.table_schema AS `schema`, s.index_name AS name, s.table_name AS `table`, "
        "group_concat(s.column_name ORDER BY s.seq_in_index SEPARATOR ', ') AS `columns` "
        f"FROM information_schema.statistics s WHERE {_shown(dialect, pattern, 's.table_schema', 's.index_name')} "
        "GROUP BY s.table_schema, s.table_name, s.index_name ORDER BY 1, 3, 2",
        "indexes",
    )


def _shown(dialect: Dialect, pattern: Pattern, schema: str, name: str) -> str:
    """What a pattern names; without a schema, in the current database."""
    wanted = pattern.where(dialect, schema, name)
    return wanted if pattern.schema else f"{wanted} AND {schema} <=> database()"


def _is(dialect: Dialect, alias: str, schema: str, name: str) -> str:
    """Exactly one relation."""
    return (
        f"{alias}.table_schema = {quote_string(schema, dialect)} AND {alias}.table_name = {quote_string(name, dialect)}"
    )


def _probe(text: str, purpose: str) -> Probe:
    """A question to the catalog; the time limit is for servers with very many tables."""
    return Probe(text, purpose, _SECONDS)
