"""Foreign keys: the question for each family of servers, and its answer as data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import Enum

from safesql.guard.effect import Name
from safesql.result import Row
from safesql.rewrite.closure.place import SECONDS, quoted
from safesql.rewrite.probe import Probe
from safesql.slotted import dataclass, replace
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_name, quote_string

PLAIN = re.compile(r"[A-Za-z0-9_]+")


class Reaction(Enum):
    """What a foreign key does when the row that it refers to goes or gets another key."""

    CASCADE = "cascade"
    SET_NULL = "set null"
    SET_DEFAULT = "set default"
    RESTRICT = "restrict"
    NO_ACTION = "no action"

    @property
    def refuses(self) -> bool:
        """Whether the server refuses the statement instead."""
        return self in (Reaction.RESTRICT, Reaction.NO_ACTION)


@dataclass(frozen=True, slots=True)
class Edge:
    """``child`` refers to ``parent``: the columns stand in pairs; both names have schema and table.

    ``set_columns`` are those that SET NULL and SET DEFAULT of ON DELETE change. ``deferrable`` constraints may be
    checked at COMMIT. Where ``enforced`` is false, this session's settings keep the server from looking at it at all:
    SQLite's ``foreign_keys``, MySQL's ``foreign_key_checks``, PostgreSQL's ``session_replication_role``.
    ``collated`` where the two tables may not order letters alike: SQLite then compares as the parent does.
    """

    name: str
    child: Name
    parent: Name
    child_columns: tuple[str, ...]
    parent_columns: tuple[str, ...]
    on_delete: Reaction
    on_update: Reaction
    set_columns: tuple[str, ...] = ()
    deferrable: bool = False
    enforced: bool = True
    collated: bool = False


def edges(roots: Sequence[Name], dialect: Dialect) -> Probe:
    """Rows for ``edges_of``: all foreign keys that lead to these tables, and from there on; names as in ``Place.name``.

    MySQL answers with every foreign key of the roots' schemas, SQLite with all of them: the same to ``reached``.
    """
    text = {Family.POSTGRES: _postgres, Family.MYSQL: _mysql, Family.SQLITE: _sqlite}[dialect.family](roots, dialect)
    return Probe(text, "the foreign keys that refer to the tables", SECONDS)


def innodb_schemas(roots: Sequence[Name], dialect: Dialect) -> Probe | None:
    """The same rows as ``referring_schemas`` from InnoDB's own list, which takes no time on a server of many tables.

    Reading it needs the PROCESS privilege. None where there is no such list, or names are spelled otherwise in it
    (https://dev.mysql.com/doc/refman/8.4/en/identifier-mapping.html); names in the answer are not when they hold @.
    """
    schemas = dict.fromkeys(root.parts[0] for root in roots)
    if dialect.name != "mariadb" or not all(PLAIN.fullmatch(schema) for schema in schemas):
        return None
    asked = ", ".join(quote_string(schema, dialect) for schema in schemas)
    text = (
        "SELECT DISTINCT substring_index(f.for_name, '/', 1) FROM information_schema.innodb_sys_foreign f "
        f"WHERE substring_index(f.ref_name, '/', 1) IN ({asked})"
    )
    return Probe(text, "schemas whose tables refer to these", SECONDS)


def referring_schemas(roots: Sequence[Name], dialect: Dialect) -> Probe | None:
    """Rows of schema: those with tables that refer to the roots' schemas; None where ``edges`` finds all by itself.

    MySQL's ``edges`` asks the schemas of its roots alone, so these are to be added to them, with any table.
    """
    if dialect.family is not Family.MYSQL:
        return None
    asked = ", ".join(quote_string(schema, dialect) for schema in dict.fromkeys(root.parts[0] for root in roots))
    text = (
        "SELECT DISTINCT k.table_schema FROM information_schema.key_column_usage k "
        f"WHERE k.referenced_table_schema IN ({asked})"
    )
    return Probe(text, "schemas whose tables refer to these", SECONDS)


def edges_of(rows: Iterable[Row]) -> tuple[Edge, ...]:
    """The answer to ``edges``: one row for each pair of columns, in order."""
    found: dict[str, Edge] = {}
    for row in rows:
        cells = [str(cell) for cell in row[:13]]
        key, child, column, parent, referred = cells[0], Name((cells[1], cells[2])), cells[3], cells[4:6], cells[6]
        delete, update, is_set, deferrable, enforced, collated = cells[7:13]
        known = found.get(key) or Edge(
            key.rpartition(".")[2], child, Name(tuple(parent)), (), (),
            Reaction(delete.lower()), Reaction(update.lower()), deferrable=deferrable == "1", enforced=enforced == "1",
            collated=collated == "1",
        )  # fmt: skip
        found[key] = replace(
            known,
            child_columns=(*known.child_columns, column),
            parent_columns=(*known.parent_columns, str(referred)),
            set_columns=(*known.set_columns, column) if is_set == "1" else known.set_columns,
        )
    return tuple(found.values())


def _postgres(roots: Sequence[Name], dialect: Dialect) -> str:
    """A constraint of a partitioned table has copies for its partitions: those of the referring side are left out.

    Names are asked for by themselves: to find the order of a join of all of it takes longer than to answer.
    https://www.postgresql.org/docs/current/catalog-pg-constraint.html
    """
    asked = ", ".join(f"pg_catalog.to_regclass({quote_string(quoted(root, dialect), dialect)})::oid" for root in roots)
    word = (
        "CASE {0} WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set null' WHEN 'd' THEN 'set default' "
        "WHEN 'r' THEN 'restrict' ELSE 'no action' END"
    )
    chosen = "coalesce(pg_catalog.to_jsonb(k)->'confdelsetcols', 'null')"          # since version 15
    is_set = (
        f"CASE WHEN pg_catalog.jsonb_typeof({chosen}) <> 'array' OR {chosen} @> pg_catalog.to_jsonb(u.child) "
        "THEN 1 ELSE 0 END"
    )
    fires = "CASE pg_catalog.current_setting('session_replication_role') WHEN 'replica' THEN 0 ELSE 1 END"
    schema = "(SELECT n.nspname::text FROM pg_catalog.pg_namespace n WHERE n.oid = {0}.relnamespace)"
    column = "(SELECT a.attname::text FROM pg_catalog.pg_attribute a WHERE a.attrelid = {0}.oid AND a.attnum = u.{1})"
    whole = "(SELECT w.confrelid FROM pg_catalog.pg_constraint w WHERE w.oid = k.conparentid)"
    return (
        f"WITH RECURSIVE met(oid) AS (SELECT pg_catalog.unnest(ARRAY[{asked}]) UNION SELECT k.conrelid "
        "FROM pg_catalog.pg_constraint k JOIN met ON k.confrelid = met.oid WHERE k.contype = 'f') "
        f"SELECT k.oid::text || '.' || k.conname, {schema.format('c')}, c.relname::text, "
        f"{column.format('c', 'child')}, "
        f"{schema.format('p')}, p.relname::text, {column.format('p', 'parent')}, {word.format('k.confdeltype')}, "
        f"{word.format('k.confupdtype')}, {is_set}, "
        f"CASE WHEN k.condeferrable THEN 1 ELSE 0 END, {fires}, 0 FROM pg_catalog.pg_constraint k "
        "JOIN met ON met.oid = k.confrelid "
        "JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_class p ON p.oid = k.confrelid "
        "CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey)) "
        "WITH ORDINALITY u(child, parent, place) "
        f"WHERE k.contype = 'f' AND {whole} IS DISTINCT FROM k.confrelid ORDER BY k.oid, u.place"
    )

def _mysql(roots: Sequence[Name], dialect: Dialect) -> str:
    """One schema at a time, since the server opens every table of those that are not named by a constant.

    A join of its views that is not told to read each of them once reads one for every row of the other.
    https://mariadb.com/kb/en/information-schema-key_column_usage-table/
    """
    found = [_of_schema(quote_string(schema, dialect)) for schema in dict.fromkeys(root.parts[0] for root in roots)]
    return f"{' UNION ALL '.join(found)} ORDER BY 1, 14"


def _of_schema(schema: str) -> str:
    """The foreign keys of the tables of one schema."""
    once = "LIMIT 1000000000"
    return (
        "SELECT concat_ws('.', k.table_schema, k.table_name, k.constraint_name), k.table_schema, k.table_name, "
        "k.column_name, k.referenced_table_schema, k.referenced_table_name, k.referenced_column_name, r.delete_rule, "
        "r.update_rule, 1, 0, @@foreign_key_checks, 0, k.ordinal_position FROM (SELECT * "
        f"FROM information_schema.key_column_usage WHERE table_schema = {schema} "
        f"AND referenced_table_name IS NOT NULL {once}) k "
        "JOIN (SELECT * FROM information_schema.referential_constraints "
        f"WHERE constraint_schema = {schema} {once}) r ON r.constraint_name = k.constraint_name "
        "AND r.table_name = k.table_name"
    )


def _sqlite(roots: Sequence[Name], dialect: Dialect) -> str:
    """A foreign key without columns refers to the primary key; https://www.sqlite.org/foreignkeys.html.

    Its action compares by the parent's collation, https://www.sqlite.org/src/file/src/fkey.c (fkActionTrigger).
    """
    schemas = dict.fromkeys(root.parts[0] for root in roots) or {"main": None}
    named = ((quote_string(schema, dialect), quote_name(schema, dialect)) for schema in schemas)
    texts = " UNION ALL ".join(f"SELECT {of} AS of, t.name, t.sql FROM {name}.sqlite_schema t" for of, name in named)
    collated = (
        f"(SELECT count(*) > 0 FROM ({texts}) s WHERE s.of = m.schema AND s.sql LIKE '%collate%' "
        "AND (s.name = m.name OR lower(s.name) = lower(f.\"table\")))"
    )
    parent = "coalesce((SELECT p.name FROM pragma_table_list(f.\"table\") p WHERE p.schema = m.schema), f.\"table\")"
    key = "coalesce(f.\"to\", (SELECT c.name FROM pragma_table_info(f.\"table\", m.schema) c WHERE c.pk = f.seq + 1))"
    return (
        f"SELECT m.schema || '.' || m.name || '.' || f.id, m.schema, m.name, f.\"from\", m.schema, {parent}, {key}, "
        f"f.on_delete, f.on_update, 1, 0, (SELECT k.foreign_keys FROM pragma_foreign_keys k), {collated} "
        "FROM pragma_table_list m, pragma_foreign_key_list(m.name, m.schema) f "
        "WHERE m.type = 'table' ORDER BY m.schema, m.name, f.id, f.seq"
    )
