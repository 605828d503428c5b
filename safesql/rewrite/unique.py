"""The columns of a table and its unique keys, asked of the server's catalog."""

from __future__ import annotations

from collections.abc import Iterable

from safesql.guard.effect import Name
from safesql.result import Row
from safesql.rewrite.closure.place import quoted
from safesql.rewrite.probe import Probe
from safesql.slotted import dataclass
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_string

SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Unique:
    """``columns`` in their order; ``keys`` by name; ``odd`` are unique indexes of expressions or of some rows only."""

    columns: tuple[str, ...] = ()
    keys: tuple[tuple[str, tuple[str, ...]], ...] = ()
    odd: bool = False


def unique(table: Name, dialect: Dialect) -> Probe:
    """Rows for ``unique_of``; the table by schema and name, as the catalog has them."""
    text = {Family.POSTGRES: _postgres, Family.MYSQL: _mysql, Family.SQLITE: _sqlite}[dialect.family](table, dialect)
    return Probe(text, "the unique keys of the table", SECONDS)


def unique_of(rows: Iterable[Row]) -> Unique:
    """The answer: rows of (key or NULL for a column of the table, place, column or NULL where it is none)."""
    columns, keys, odd = list[str](), dict[str, list[str]](), set[str]()
    for key, _place, column in sorted(rows, key=lambda row: (str(row[0] or ""), int(str(row[1])))):
        if key is None:
            columns.append(str(column))
        elif column is None:
            odd.add(str(key))
        else:
            keys.setdefault(str(key), []).append(str(column))
    whole = tuple((name, tuple(parts)) for name, parts in keys.items() if name not in odd)
    return Unique(tuple(columns), whole, bool(odd))


def _postgres(table: Name, dialect: Dialect) -> str:
    """A partial index, or one of expressions, has NULL in the place of a column.

    https://www.postgresql.org/docs/current/catalog-pg-index.html
    """
    oid = f"pg_catalog.to_regclass({quote_string(quoted(table, dialect), dialect)})"
    return (
        "SELECT NULL::text, a.attnum::int, a.attname::text FROM pg_catalog.pg_attribute a "
        f"WHERE a.attrelid = {oid} AND a.attnum > 0 AND NOT a.attisdropped UNION ALL "
        "SELECT x.relname::text, k.place::int, CASE WHEN i.indpred IS NULL THEN a.attname::text END "
        "FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid "
        "CROSS JOIN LATERAL pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY k(number, place) "
        "LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number "
        f"WHERE i.indrelid = {oid} AND i.indisunique AND k.place <= i.indnkeyatts"
    )


def _mysql(table: Name, dialect: Dialect) -> str:
    """A key of the first characters of a column has NULL in its place."""
    here = " AND ".join(
        f"{column} = {quote_string(part, dialect)}"
        for column, part in zip(("table_schema", "table_name"), table.parts, strict=True)
    )
    return (
        f"SELECT NULL, ordinal_position, column_name FROM information_schema.columns WHERE {here} UNION ALL "
        "SELECT index_name, seq_in_index, CASE WHEN sub_part IS NULL THEN column_name END "
        f"FROM information_schema.statistics WHERE {here} AND non_unique = 0"
    )


def _sqlite(table: Name, dialect: Dialect) -> str:
    """The primary key may be no index at all: an INTEGER PRIMARY KEY is the number of the row."""
    schema, name = (quote_string(part, dialect) for part in table.parts)
    return (
        f"SELECT NULL, c.cid, c.name FROM pragma_table_info({name}, {schema}) c UNION ALL "
        f"SELECT 'primary key', c.pk, c.name FROM pragma_table_info({name}, {schema}) c WHERE c.pk > 0 UNION ALL "
        "SELECT l.name, i.seqno, CASE WHEN NOT l.partial THEN i.name END "
        f"FROM pragma_index_list({name}, {schema}) l, pragma_index_info(l.name, {schema}) i "
        "WHERE l.\"unique\" AND l.origin <> 'pk'"
    )
