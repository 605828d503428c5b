"""What a table has besides columns, indexes and foreign keys: checks, triggers, partitions, policies."""

from __future__ import annotations

from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_string

_SECONDS = 20.0
_POSTGRES = (
    "WITH c AS (SELECT c.oid, c.relkind, c.relispartition, c.relpartbound FROM pg_catalog.pg_class c "
    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = {schema} AND c.relname = {name}) "
    "SELECT * FROM (SELECT 'partitioned' AS besides, '' AS name, pg_catalog.pg_get_partkeydef(c.oid) AS definition "
    "FROM c WHERE c.relkind = 'p' UNION ALL SELECT 'partition of', i.inhparent::regclass::text, "
    "pg_catalog.pg_get_expr(c.relpartbound, c.oid) FROM c JOIN pg_catalog.pg_inherits i ON i.inhrelid = c.oid "
    "WHERE c.relispartition UNION ALL SELECT CASE k.contype WHEN 'c' THEN 'check' ELSE 'exclusion' END, k.conname, "
    "pg_catalog.pg_get_constraintdef(k.oid, true) FROM c JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid "
    "WHERE k.contype IN ('c', 'x') UNION ALL SELECT CASE t.tgenabled WHEN 'D' THEN 'trigger, disabled' ELSE 'trigger' "
    "END, t.tgname, substring(pg_catalog.pg_get_triggerdef(t.oid, true) FROM "
    "' ((?:BEFORE|AFTER|INSTEAD OF) .*)$') FROM c JOIN pg_catalog.pg_trigger t ON t.tgrelid = c.oid "
    "WHERE NOT t.tgisinternal UNION ALL SELECT 'rule', r.rulename, pg_catalog.pg_get_ruledef(r.oid, true) "
    "FROM c JOIN pg_catalog.pg_rewrite r ON r.ev_class = c.oid WHERE r.rulename <> '_RETURN' "
    "UNION ALL SELECT 'policy', p.polname, pg_catalog.pg_get_expr(p.polqual, p.polrelid) "
    "FROM c JOIN pg_catalog.pg_policy p ON p.polrelid = c.oid) found ORDER BY 1, 2"
)
_CHECKS = {
    "mariadb": "SELECT 'check' AS besides, k.constraint_name AS name, k.check_clause AS definition "
    "FROM information_schema.check_constraints k WHERE k.constraint_schema = {schema} AND k.table_name = {name}",
    "mysql": "SELECT 'check' AS besides, k.constraint_name AS name, k.check_clause AS definition "
    "FROM information_schema.table_constraints t JOIN information_schema.check_constraints k "
    "ON k.constraint_schema = t.constraint_schema AND k.constraint_name = t.constraint_name "
    "WHERE t.constraint_type = 'CHECK' AND t.table_schema = {schema} AND t.table_name = {name}",
}
_MYSQL = (
    "{checks} UNION ALL SELECT 'trigger', t.trigger_name, lower(concat(t.action_timing, ' ', t.event_manipulation)) "
    "FROM information_schema.triggers t WHERE t.event_object_schema = {schema} AND t.event_object_table = {name} "
    "UNION ALL SELECT 'partition', p.partition_name, concat_ws(' ', p.partition_method, p.partition_expression, "
    "p.partition_description) FROM information_schema.partitions p WHERE p.partition_name IS NOT NULL "
    "AND p.table_schema = {schema} AND p.table_name = {name}"
)
_SQLITE = (
    "SELECT 'trigger' AS besides, m.name, replace(m.sql, char(10), ' ') AS definition FROM pragma_database_list d, "
    "(SELECT 'main' AS schema, name, sql, tbl_name, type FROM main.sqlite_master UNION ALL "
    "SELECT 'temp', name, sql, tbl_name, type FROM temp.sqlite_master) m "
    "WHERE d.name = m.schema AND m.type = 'trigger' AND d.name = {schema} AND m.tbl_name = {name} COLLATE NOCASE"
)


def besides(dialect: Dialect, schema: str, name: str) -> Probe:
    """Rows of (what it is, name, definition); none where there is nothing else.

    https://www.postgresql.org/docs/current/catalog-pg-trigger.html, https://mariadb.com/kb/en/information-schema/
    """
    quoted = {"schema": quote_string(schema, dialect), "name": quote_string(name, dialect)}
    match dialect.family:
        case Family.POSTGRES:
            text = _POSTGRES.format(**quoted)
        case Family.MYSQL:
            checks = _CHECKS["mariadb" if dialect.name == "mariadb" else "mysql"].format(**quoted)
            text = _MYSQL.format(checks=checks, **quoted)
        case Family.SQLITE:
            text = _SQLITE.format(**quoted)
    return Probe(text, "checks, triggers and partitions", _SECONDS)
