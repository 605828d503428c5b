"""Triggers and rules that fire when rows of a table are written, asked of the server's catalog."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from safesql.guard.effect import Name
from safesql.result import Row
from safesql.rewrite.closure.place import quoted
from safesql.rewrite.probe import Probe
from safesql.slotted import dataclass
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_string

SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Firing:
    """``kind`` is trigger or rule; ``events`` are INSERT, UPDATE, DELETE and TRUNCATE, as far as it listens to them."""

    table: Name
    name: str
    events: frozenset[str]
    kind: str = "trigger"


def firing(tables: Sequence[Name], dialect: Dialect) -> Probe:
    """Rows for ``firing_of``: enabled triggers and rules of tables by schema and name; at least one is asked for."""
    text = {Family.POSTGRES: _postgres, Family.MYSQL: _mysql, Family.SQLITE: _sqlite}[dialect.family](tables, dialect)
    return Probe(text, "the triggers that fire", SECONDS)


def firing_of(rows: Iterable[Row]) -> tuple[Firing, ...]:
    """The answer to ``firing``; of SQLite's triggers the event is read from their text."""
    return tuple(
        Firing(Name((str(schema), str(table))), str(name), events_in(str(events)), str(kind))
        for schema, table, name, events, kind in rows
    )


def events_in(text: str) -> frozenset[str]:
    """The events in a list of them, or before the table in the text of a CREATE TRIGGER."""
    head = text.upper().split(" ON ")[0]
    return frozenset(word for word in ("INSERT", "UPDATE", "DELETE", "TRUNCATE") if word in head)


def _postgres(tables: Sequence[Name], dialect: Dialect) -> str:
    """Those of the constraints are left out; bits of ``tgtype``: 4 INSERT, 8 DELETE, 16 UPDATE, 32 TRUNCATE.

    https://www.postgresql.org/docs/current/catalog-pg-trigger.html, .../catalog-pg-rewrite.html
    """
    asked = ", ".join(f"pg_catalog.to_regclass({quote_string(quoted(each, dialect), dialect)})" for each in tables)
    events = ", ".join(
        f"CASE WHEN t.tgtype & {bit} > 0 THEN '{word}' END"
        for bit, word in ((4, "INSERT"), (8, "DELETE"), (16, "UPDATE"), (32, "TRUNCATE"))
    )
    rule = "CASE r.ev_type WHEN '2' THEN 'UPDATE' WHEN '3' THEN 'INSERT' ELSE 'DELETE' END"
    named = (
        "JOIN pg_catalog.pg_class c ON c.oid = {0} JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
        f"WHERE c.oid IN ({asked}) AND "
    )
    live = "CASE pg_catalog.current_setting('session_replication_role') WHEN 'replica' THEN '{RA}' ELSE '{OA}' END"
    return (
        f"SELECT n.nspname::text, c.relname::text, t.tgname::text, concat_ws(' ', {events}), 'trigger' "
        f"FROM pg_catalog.pg_trigger t {named.format('t.tgrelid')} NOT t.tgisinternal "
        f"AND t.tgenabled = ANY ({live}::\"char\"[]) UNION ALL "
        f"SELECT n.nspname::text, c.relname::text, r.rulename::text, {rule}, 'rule' "
        f"FROM pg_catalog.pg_rewrite r {named.format('r.ev_class')} r.ev_type <> '1' AND r.ev_enabled <> 'D' "
        "ORDER BY 1, 2, 3"
    )


def _mysql(tables: Sequence[Name], dialect: Dialect) -> str:
    """https://mariadb.com/kb/en/information-schema-triggers-table/."""
    wanted = " OR ".join(
        f"(t.event_object_schema = {quote_string(each.parts[0], dialect)} "
        f"AND t.event_object_table = {quote_string(each.parts[-1], dialect)})"
        for each in tables
    )
    return (
        "SELECT t.event_object_schema, t.event_object_table, t.trigger_name, t.event_manipulation, 'trigger' "
        f"FROM information_schema.triggers t WHERE {wanted} ORDER BY 1, 2, 3"
    )


def _sqlite(tables: Sequence[Name], dialect: Dialect) -> str:
    """https://www.sqlite.org/schematab.html: a trigger of a temporary schema may be on a table of the file."""
    found = []
    for each in tables:
        schema = each.parts[0]
        masters = f"SELECT name, tbl_name, sql, type FROM \"{schema.replace(chr(34), chr(34) * 2)}\".sqlite_master"
        if schema.lower() != "temp":
            masters += " UNION ALL SELECT name, tbl_name, sql, type FROM temp.sqlite_master"
        found.append(
            f"SELECT {quote_string(schema, dialect)}, m.tbl_name, m.name, m.sql, 'trigger' FROM ({masters}) m "
            f"WHERE m.type = 'trigger' AND m.tbl_name = {quote_string(each.parts[-1], dialect)} COLLATE NOCASE"
        )
    return " UNION ALL ".join(found)
