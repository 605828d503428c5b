"""PostgreSQL: https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-CATALOG."""

from __future__ import annotations

from safesql.guard.effect import Name
from safesql.rewrite.closure.place import quoted
from safesql.sql.dialect import Dialect
from safesql.sql.quoting import quote_string

COLUMNS = (
    "SELECT {number}, 'columns', row_number() OVER (ORDER BY a.attnum)::text, a.attname::text, "
    "pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull::text, "
    "pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attidentity::text || a.attgenerated::text || "
    "coalesce(' ' || l.collname::text, '') FROM pg_catalog.pg_attribute a "
    "LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
    "LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation "
    "WHERE a.attrelid = {of} AND a.attnum > 0 AND NOT a.attisdropped"
)
CONSTRAINTS = (
    "SELECT {number}, CASE WHEN k.contype <> 'f' THEN 'constraints' WHEN k.conrelid = {of} THEN 'references' "
    "ELSE 'referenced' END, k.conname::text, kn.nspname::text, kc.relname::text, "
    "pg_catalog.pg_get_constraintdef(k.oid), k.convalidated::text, NULL FROM pg_catalog.pg_constraint k "
    "JOIN pg_catalog.pg_class kc ON kc.oid = k.conrelid JOIN pg_catalog.pg_namespace kn ON kn.oid = kc.relnamespace "
    "WHERE k.conrelid = {of} OR k.confrelid = {of}"
)
INDEXES = (
    "SELECT {number}, 'indexes', pg_catalog.pg_get_indexdef(x.indexrelid), x.indisvalid::text, NULL, NULL, NULL, NULL "
    "FROM pg_catalog.pg_index x WHERE x.indrelid = {of}"
)
TRIGGERS = (
    "SELECT {number}, 'triggers', t.tgname::text, pg_catalog.pg_get_triggerdef(t.oid), t.tgenabled::text, "
    "pg_catalog.md5(f.prosrc || coalesce(f.probin, '')), f.prosecdef::text || coalesce(f.proconfig::text, ''), NULL "
    "FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_proc f ON f.oid = t.tgfoid "
    "WHERE t.tgrelid = {of} AND NOT t.tgisinternal"
)
RULES = (
    "SELECT {number}, 'rules', r.rulename::text, pg_catalog.pg_get_ruledef(r.oid), r.ev_enabled::text, NULL, NULL, "
    "NULL FROM pg_catalog.pg_rewrite r WHERE r.ev_class = {of}"
)
POLICIES = (
    "SELECT {number}, 'rules', p.polname::text, p.polcmd::text, p.polpermissive::text, "
    "pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid), "
    "p.polroles::text FROM pg_catalog.pg_policy p WHERE p.polrelid = {of}"
)
STORAGE = (
    "SELECT {number}, 'storage', c.relkind::text || c.relpersistence::text, c.relrowsecurity::text || "
    "c.relforcerowsecurity::text, c.reloptions::text, pg_catalog.pg_get_partkeydef(c.oid), "
    "pg_catalog.pg_get_expr(c.relpartbound, c.oid), pg_catalog.pg_get_userbyid(c.relowner)::text "
    "FROM pg_catalog.pg_class c WHERE c.oid = {of}"
)
HEIRS = (
    "SELECT {number}, 'storage', hn.nspname::text, h.relname::text, pg_catalog.pg_get_expr(h.relpartbound, h.oid), "
    "i.inhseqno::text, (i.inhrelid = {of})::text, NULL FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class h "
    "ON h.oid = CASE WHEN i.inhrelid = {of} THEN i.inhparent ELSE i.inhrelid END "
    "JOIN pg_catalog.pg_namespace hn ON hn.oid = h.relnamespace WHERE i.inhrelid = {of} OR i.inhparent = {of}"
)


def question(number: int, name: Name, dialect: Dialect) -> str:
    """Six cells behind number and aspect."""
    of = f"pg_catalog.to_regclass({quote_string(quoted(name, dialect), dialect)})"
    parts = (COLUMNS, CONSTRAINTS, INDEXES, TRIGGERS, RULES, POLICIES, STORAGE, HEIRS)
    return " UNION ALL ".join(part.replace("{number}", str(number)).replace("{of}", of) for part in parts)
