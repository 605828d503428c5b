"""PostgreSQL's tables, from its catalog: https://www.postgresql.org/docs/current/catalogs.html."""

from __future__ import annotations

from safesql.guard.effect import Name
from safesql.result import Row
from safesql.rewrite.firing import events_in
from safesql.rewrite.images.shape import Column, Draft
from safesql.sql.dialect import Dialect
from safesql.sql.quoting import quote_name, quote_string

KINDS = {
    "v": "is a view", "m": "is a materialized view", "f": "is a foreign table: its rows are elsewhere",
    "S": "is a sequence", "i": "is an index",
}

EVENTS = (
    "concat_ws(' ', CASE WHEN t.tgtype & 4 > 0 THEN 'INSERT' END, CASE WHEN t.tgtype & 8 > 0 THEN 'DELETE' END, "
    "CASE WHEN t.tgtype & 16 > 0 THEN 'UPDATE' END)"
)
"""https://www.postgresql.org/docs/current/catalog-pg-trigger.html: the bits of ``tgtype``."""


def question(number: int, name: Name, dialect: Dialect) -> str:
    """Six cells behind number and subject, all text; the order of the rows matters only for columns of a key."""
    table = quote_string(".".join(quote_name(part, dialect) for part in name.parts), dialect)
    of = f"pg_catalog.to_regclass({table})"
    return (
        f"(SELECT {number}, 'table', c.relkind::text, c.relrowsecurity::text, "
        "(SELECT count(*) FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class k ON k.oid = i.inhrelid "
        "WHERE i.inhparent = c.oid AND NOT k.relispartition)::text, c.relpersistence::text, "
        "pg_catalog.has_table_privilege(c.oid, 'SELECT')::text, "
        "(SELECT count(*) FROM pg_catalog.pg_partition_tree(c.oid) p JOIN pg_catalog.pg_class l ON l.oid = p.relid "
        f"WHERE l.relkind = 'f')::text FROM pg_catalog.pg_class c WHERE c.oid = {of}) UNION ALL "
        f"(SELECT {number}, 'column', a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod), "
        "a.attgenerated::text, a.attidentity::text, a.attnotnull::text, "
        "(coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), t.typdefault) LIKE 'nextval(%')::text "
        "FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid "
        "LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
        f"WHERE a.attrelid = {of} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) UNION ALL "
        f"(SELECT {number}, 'index', x.indexrelid::pg_catalog.regclass::text, a.attname::text, x.indisprimary::text, "
        "(x.indpred IS NULL AND x.indexprs IS NULL AND x.indisvalid AND x.indisunique)::text, "
        "(CASE WHEN x.indexprs IS NOT NULL OR x.indpred IS NOT NULL OR NOT x.indisunique "
        "THEN pg_catalog.pg_get_indexdef(x.indexrelid) END)::text, "
        "NULL FROM pg_catalog.pg_index x "
        "CROSS JOIN LATERAL pg_catalog.unnest(x.indkey) WITH ORDINALITY u(column, place) "
        "LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = u.column "
        f"WHERE x.indrelid = {of} AND (x.indisunique OR x.indisexclusion) "
        "AND u.place <= x.indnkeyatts ORDER BY x.indexrelid, u.place) "
        f"UNION ALL (SELECT {number}, 'trigger', t.tgname::text, {EVENTS}, NULL, NULL, NULL, NULL "
        "FROM pg_catalog.pg_trigger t WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgrelid IN "
        f"(SELECT {of} UNION SELECT p.relid FROM pg_catalog.pg_partition_tree({of}) p)) "
        f"UNION ALL (SELECT {number}, 'root', rn.nspname::text, r.relname::text, "
        f"pg_catalog.has_any_column_privilege({of}, 'UPDATE')::text, NULL, NULL, NULL FROM pg_catalog.pg_class r "
        "JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace "
        f"WHERE r.oid = coalesce(pg_catalog.pg_partition_root({of}), {of})) "
        f"UNION ALL (SELECT {number}, 'rule', r.rulename::text, NULL, NULL, NULL, NULL, NULL "
        f"FROM pg_catalog.pg_rewrite r WHERE r.ev_class = {of} AND r.ev_enabled <> 'D')"
    ).replace("u(column, place)", 'u("column", place)').replace("u.column", 'u."column"')


def read(draft: Draft, subject: str, cells: Row) -> None:
    """One row of the answer."""
    first = str(cells[0])
    match subject:
        case "table":
            draft.hindrances.extend(_in_the_way(draft, cells))
        case "column":
            generated = str(cells[2]) not in ("", "None")
            draft.columns.append(Column(first, str(cells[1]), "bytes" if cells[1] == "bytea" else "", generated))
            draft.identity = draft.identity or str(cells[3]) not in ("", "None")
            if str(cells[4]) != "true":
                draft.nullable.add(first)
            if cells[5] is not None:
                draft.defaults.add(first)
            if str(cells[5]) == "true" or str(cells[3]) not in ("", "None"):
                draft.counted = draft.counted or first
        case "index":
            _index(draft, cells)
        case "root":
            draft.partition_of = Name((first, str(cells[1])))
            if str(cells[2]) != "true":
                draft.hindrances.append(f"this user may not lock rows of {draft.name}, for lack of the right to UPDATE")
        case "trigger":
            draft.triggers.append((first, events_in(str(cells[1]))))
        case _:
            draft.hindrances.append(f"the {subject} {first} of {draft.name} may change more than the rows themselves")


def _in_the_way(draft: Draft, cells: Row) -> list[str]:
    """What keeps the rows of a relation from being restored."""
    kind, security, heirs, _, readable, foreign = (str(cell) for cell in cells)
    name = draft.name
    said = [
        (kind not in ("r", "p"), f"{name} {KINDS.get(kind, 'is no table')}"),
        (security == "true", f"row level security of {name} may hide rows"),
        (heirs != "0", f"other tables inherit from {name}"),
        (foreign != "0", f"partitions of {name} are foreign tables"),
        (readable != "true", f"the rows of {name} may not be read by this user"),
    ]
    return [sentence for wrong, sentence in said if wrong]


def _index(draft: Draft, cells: Row) -> None:
    """One column of a unique index; one that is partial, over expressions, or excludes, tells only some rows apart."""
    index, column, primary, whole = (str(cell) for cell in cells[:4])
    if cells[4] is not None:
        draft.odd[index] = str(cells[4])
    if primary == "true":
        draft.primary.append(column)
    else:
        draft.uniques.setdefault(index, []).append(column)
    if whole != "true":
        draft.unsafe.add(index)
