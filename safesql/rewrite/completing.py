"""What completion asks beyond names: foreign keys, the values of enums, and settings."""

from __future__ import annotations

from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_string

_SECONDS = 20.0
_OURS = "n.nspname NOT LIKE 'pg!_%' ESCAPE '!' AND n.nspname <> 'information_schema'"
_POSTGRES_LINKS = (
    "SELECT k.oid::text, n.nspname, c.relname, a.attname, fn.nspname, fc.relname, fa.attname "
    "FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid "
    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_class fc ON fc.oid = k.confrelid "
    "JOIN pg_catalog.pg_namespace fn ON fn.oid = fc.relnamespace "
    "CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey)) "
    "WITH ORDINALITY AS u (own, other, number) "
    "JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.own "
    "JOIN pg_catalog.pg_attribute fa ON fa.attrelid = k.confrelid AND fa.attnum = u.other "
    "WHERE k.contype = 'f' AND k.conparentid = 0 ORDER BY k.oid, u.number"
)
_SQLITE_LINKS = (
    "SELECT m.name || ' ' || f.id, 'main', m.name, f.\"from\", 'main', f.\"table\", "
    "coalesce(f.\"to\", (SELECT p.name FROM pragma_table_info(f.\"table\") p WHERE p.pk = f.seq + 1)) "
    "FROM sqlite_schema m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq"
)
_POSTGRES_VALUES = (
    "SELECT n.nspname, c.relname, a.attname, e.enumlabel FROM pg_catalog.pg_enum e "
    "JOIN pg_catalog.pg_attribute a ON a.atttypid = e.enumtypid JOIN pg_catalog.pg_class c ON c.oid = a.attrelid "
    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    f"WHERE NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {_OURS} "
    "ORDER BY c.oid, a.attnum, e.enumsortorder"
)


def links(dialect: Dialect, schema: str) -> Probe:
    """Rows of (key, schema, table, column, and the schema, table, column referred to), a key's columns in order."""
    match dialect.family:
        case Family.POSTGRES:
            text = _POSTGRES_LINKS
        case Family.MYSQL:
            text = (
                "SELECT concat(k.table_name, ' ', k.constraint_name), k.table_schema, k.table_name, k.column_name, "
                "k.referenced_table_schema, k.referenced_table_name, k.referenced_column_name "
                f"FROM information_schema.key_column_usage k WHERE k.table_schema = {quote_string(schema, dialect)} "
                "AND k.referenced_table_name IS NOT NULL ORDER BY 1, k.ordinal_position"
            )
        case _:
            text = _SQLITE_LINKS
    return Probe(text, "foreign keys for completion", _SECONDS)


def values(dialect: Dialect) -> Probe | None:
    """Rows of (schema, table, column, value) of enums; None where the type itself tells them, or there are none."""
    return Probe(_POSTGRES_VALUES, "enums for completion", _SECONDS) if dialect.family is Family.POSTGRES else None


def settings(dialect: Dialect) -> Probe:
    """Rows of one name: what SET, SHOW and PRAGMA take."""
    match dialect.family:
        case Family.POSTGRES:
            text = "SELECT s.name FROM pg_catalog.pg_settings s ORDER BY 1"
        case Family.MYSQL if dialect.name == "mariadb":
            text = "SELECT lower(v.variable_name) FROM information_schema.system_variables v ORDER BY 1"
        case Family.MYSQL:
            text = "SELECT v.variable_name FROM performance_schema.session_variables v ORDER BY 1"
        case _:
            text = "SELECT p.name FROM pragma_pragma_list p ORDER BY 1"
    return Probe(text, "settings for completion", _SECONDS)
