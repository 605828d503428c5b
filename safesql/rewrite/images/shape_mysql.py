"""Tables of MariaDB and MySQL: https://mariadb.com/kb/en/information-schema-tables/."""

from __future__ import annotations

from safesql.guard.effect import Name
from safesql.result import Row
from safesql.rewrite.firing import events_in
from safesql.rewrite.images.shape import Column, Draft
from safesql.sql.dialect import Dialect
from safesql.sql.quoting import quote_string

UNICODE = frozenset({"utf8mb4", "utf8mb3", "utf8", "ascii"})
"""Character sets whose text comes over a connection in utf8mb4 without loss, and means the same when it goes back."""

KINDS = {
    "float": "float", "timestamp": "timestamp", "bit": "integer", "enum": "integer", "set": "integer",
    "tinyint": "number", "smallint": "number", "mediumint": "number", "int": "number", "bigint": "number",
    "decimal": "number", "double": "number", "year": "integer",
    "binary": "bytes", "varbinary": "bytes", "tinyblob": "bytes", "blob": "bytes", "mediumblob": "bytes",
    "longblob": "bytes",
    "geometry": "geometry", "point": "geometry", "linestring": "geometry", "polygon": "geometry",
    "multipoint": "geometry", "multilinestring": "geometry", "multipolygon": "geometry",
    "geometrycollection": "geometry", "geomcollection": "geometry",
}


def question(number: int, name: Name, dialect: Dialect) -> str:
    """Six cells behind number and subject; indexes over a part of a column, or an expression, tell only some apart."""
    schema, table = (quote_string(part, dialect) for part in name.parts[-2:])
    of = f"table_schema = {schema} AND table_name = {table}"
    none = "column_default IS NULL" + (" OR column_default = 'NULL'" if dialect.name == "mariadb" else "")
    extra = f"concat(extra, CASE WHEN {none} THEN '' ELSE ' defaulted' END)"
    return (
        f"(SELECT {number}, 'table', t.table_type, coalesce(e.transactions, 'NO'), t.engine, NULL, NULL, NULL "
        "FROM information_schema.tables t LEFT JOIN information_schema.engines e ON e.engine = t.engine "
        f"WHERE t.table_schema = {schema} AND t.table_name = {table}) UNION ALL "
        f"(SELECT {number}, 'column', column_name, data_type, {extra}, is_nullable, character_set_name, "
        f"generation_expression FROM information_schema.columns WHERE {of} ORDER BY ordinal_position) UNION ALL "
        f"(SELECT {number}, 'index', index_name, column_name, sub_part, NULL, NULL, NULL "
        f"FROM information_schema.statistics WHERE {of} AND non_unique = 0 ORDER BY index_name, seq_in_index) "
        f"UNION ALL (SELECT {number}, 'trigger', trigger_name, event_manipulation, NULL, NULL, NULL, NULL "
        f"FROM information_schema.triggers WHERE event_object_schema = {schema} AND event_object_table = {table})"
    )


def read(draft: Draft, subject: str, cells: Row) -> None:
    """One row of the answer."""
    first = str(cells[0])
    match subject:
        case "table":
            _table(draft, cells)
        case "column":
            _column(draft, cells)
        case "index":
            _index(draft, cells)
        case _:
            draft.triggers.append((first, events_in(str(cells[1]))))


def _table(draft: Draft, cells: Row) -> None:
    """What keeps the rows of a table from being restored."""
    kind, transactions, engine = (str(cell) for cell in cells[:3])
    if kind != "BASE TABLE":
        draft.hindrances.append(f"{draft.name} is a {kind.lower()}")
    elif transactions != "YES":
        draft.hindrances.append(f"{draft.name} has no transactions ({engine})")


def _column(draft: Draft, cells: Row) -> None:
    """One column; text in a character set that is not Unicode is read as its bytes, under that set's name."""
    name, kind, extra, nullable, charset, expression = cells
    words = str(extra or "").lower()
    if expression:
        draft.formulas[str(name)] = str(expression)
    generated = "generated" in words.replace("default_generated", "") or bool(expression)
    how = KINDS.get(str(kind), "")
    if not how and charset is not None and str(charset) not in UNICODE:
        how = f"charset {charset!s}"
    draft.columns.append(Column(str(name), str(kind), how, generated, "invisible" in words))
    if "defaulted" in words:
        draft.defaults.add(str(name))
    if str(nullable) == "YES":
        draft.nullable.add(str(name))
    if "auto_increment" in words:
        draft.counted = str(name)


def _index(draft: Draft, cells: Row) -> None:
    """One column of a unique index."""
    index, column, part = cells[:3]
    if str(index) == "PRIMARY" and part is None:
        draft.primary.append(str(column))
        return
    if part is not None or column is None:
        draft.unsafe.add(str(index))
        draft.odd[str(index)] = draft.odd.get(str(index), " ") and (str(column) if column is not None else "")
    draft.uniques.setdefault(str(index), []).append(str(column))
