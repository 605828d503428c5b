"""Tables as the server resolves their names, and the columns that tell one row from another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from safesql.guard.effect import Name
from safesql.result import Row
from safesql.rewrite.probe import Probe
from safesql.slotted import dataclass
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_name, quote_string

SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Place:
    """``name`` has schema and table; ``key`` are columns that no two rows share, empty where there are none.

    The key need not be declared: PostgreSQL and SQLite number their rows (``tableoid, ctid`` and ``rowid``).
    ``about`` is the server's own guess at the number of rows, None where it has none.
    ``kind`` is table, partitioned, view or other.
    """

    name: Name
    key: tuple[str, ...] = ()
    kind: str = "table"
    about: int | None = None


def places(names: Sequence[Name], dialect: Dialect) -> Probe:
    """Rows for ``places_of``: what is known of tables by the names that a statement gives them, at least one."""
    asked = {Family.POSTGRES: _postgres, Family.MYSQL: _mysql, Family.SQLITE: _sqlite}[dialect.family]
    text = " UNION ALL ".join(asked(number, name, dialect) for number, name in enumerate(names))
    return Probe(text, "what the tables are", SECONDS)


def places_of(names: Sequence[Name], rows: Iterable[Row]) -> dict[Name, Place]:
    """The answer, by the names that were asked; one that is not there is a name of no table."""
    found: dict[int, Place] = {}
    for number, schema, table, kind, about, column in rows:
        at = int(str(number))
        known = found.get(at)
        key = (*(known.key if known else ()), *((str(column),) if column is not None else ()))
        guess = int(float(str(about))) if about is not None else None
        found[at] = Place(Name((str(schema), str(table))), key, str(kind), guess if guess and guess > 0 else None)
    return {names[number]: place for number, place in found.items()}


def quoted(name: Name, dialect: Dialect) -> str:
    """A name as the server takes it back, each part in quotes."""
    return ".".join(quote_name(part, dialect) for part in name.parts)


def _postgres(number: int, name: Name, dialect: Dialect) -> str:
    """``to_regclass`` looks where the statement will; ``reltuples`` is -1 before the first ANALYZE.

    https://www.postgresql.org/docs/current/catalog-pg-class.html, .../ddl-system-columns.html
    """
    kinds = "CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned' WHEN 'v' THEN 'view' ELSE 'other' END"
    parts = (
        "CASE c.relkind WHEN 'p' THEN (SELECT sum(greatest(l.reltuples, 0)) FROM pg_catalog.pg_partition_tree(c.oid) p "
        "JOIN pg_catalog.pg_class l ON l.oid = p.relid WHERE p.isleaf) ELSE c.reltuples END"
    )
    key = "SELECT 'tableoid' AS name UNION ALL SELECT 'ctid'"
    return (
        f"SELECT {number}, n.nspname::text, c.relname::text, {kinds}, {parts}, k.name FROM pg_catalog.pg_class c "
        f"JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace LEFT JOIN ({key}) k ON c.relkind IN ('r', 'p') "
        f"WHERE c.oid = pg_catalog.to_regclass({quote_string(quoted(name, dialect), dialect)})"
    )


def _mysql(number: int, name: Name, dialect: Dialect) -> str:
    """The primary key, or nothing."""
    schema = quote_string(name.parts[-2], dialect) if len(name.parts) > 1 else "DATABASE()"
    return (
        f"(SELECT {number}, t.table_schema, t.table_name, CASE WHEN t.table_type LIKE '%VIEW' THEN 'view' "
        "WHEN t.create_options LIKE '%partitioned%' THEN 'partitioned' ELSE 'table' END, t.table_rows, s.column_name "
        "FROM information_schema.tables t LEFT JOIN information_schema.statistics s ON s.table_schema = t.table_schema "
        "AND s.table_name = t.table_name AND s.index_name = 'PRIMARY' "
        f"WHERE t.table_schema = {schema} AND t.table_name = {quote_string(name.parts[-1], dialect)} "
        "ORDER BY s.seq_in_index)"
    )


def _sqlite(number: int, name: Name, dialect: Dialect) -> str:
    """``rowid``, or the primary key of a table without one; a temporary table hides one of the file.

    https://www.sqlite.org/pragma.html#pragma_table_list, https://www.sqlite.org/withoutrowid.html
    """
    schema = f" AND l.schema = {quote_string(name.parts[-2], dialect)} COLLATE NOCASE" if len(name.parts) > 1 else ""
    first = "ORDER BY l.schema = 'temp' DESC, l.schema = 'main' DESC LIMIT 1"
    found = (
        f"SELECT l.schema, l.name, l.type, l.wr FROM pragma_table_list({quote_string(name.parts[-1], dialect)}) l "
        f"WHERE l.type IN ('table', 'view', 'virtual'){schema} {first}"
    )
    return (
        f"SELECT * FROM (SELECT {number}, t.schema, t.name, "
        "CASE t.type WHEN 'virtual' THEN 'other' ELSE t.type END, NULL, "
        "CASE WHEN t.type <> 'table' THEN NULL WHEN t.wr THEN c.name ELSE 'rowid' END "
        f"FROM ({found}) t LEFT JOIN pragma_table_info(t.name, t.schema) c ON t.wr AND c.pk > 0 ORDER BY c.pk)"
    )
