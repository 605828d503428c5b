"""What stands behind names in PostgreSQL; https://www.postgresql.org/docs/current/catalogs.html."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from safesql.guard.behind import Asked, Body, Fired, Found, Reference
from safesql.guard.calls import called
from safesql.guard.effect import Name
from safesql.result import Row
from safesql.rewrite.body import body_of, defined, expression, harmless, opaque, tables_of
from safesql.rewrite.known_routines import TRUSTED
from safesql.rewrite.probe import Probe
from safesql.slotted import dataclass, field
from safesql.sql.dialect import Dialect
from safesql.sql.quoting import quote_string

SECONDS = 3.0
FIRST_OF_USERS = 16384       # https://www.postgresql.org/docs/current/system-catalog-initial-data.html#SYSTEM-CATALOG-OID-ASSIGNMENT
EVENTS = {4: "INSERT", 8: "DELETE", 16: "UPDATE", 32: "TRUNCATE"}
"""The bits of pg_trigger.tgtype, as pg_trigger.h has them."""
ACTIONS = {"c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}

_ROUTINE = (
    "p.oid::regprocedure::text, l.lanname::text, p.provolatile::text, "
    "CASE WHEN l.lanname IN ('sql', 'plpgsql') AND p.prokind <> 'a' THEN "
    "CASE WHEN p.prosrc = '' THEN pg_catalog.pg_get_functiondef(p.oid) ELSE p.prosrc END END, "
    "(SELECT pg_catalog.substr(c, 13) FROM pg_catalog.unnest(p.proconfig) c WHERE c LIKE 'search!_path=%' ESCAPE '!'), "
    "p.proname::text, CASE WHEN p.prosrc = '' THEN 'whole' END"
)
_ROUTINES = "pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang"
_PARTS_OF_AGGREGATE = ", ".join(
    f"a.{column}::oid"
    for column in ("aggtransfn", "aggfinalfn", "aggcombinefn", "aggmtransfn", "aggminvtransfn", "aggmfinalfn")
)


def places(dialect: Dialect) -> Probe | None:
    """The other question finds its schemas itself."""
    del dialect
    return None


def behind(asked: Sequence[Asked], places: Sequence[str], dialect: Dialect) -> Probe:
    """One question about all names; without rows for those that the server brought along itself.

    Names are looked up as the session does it, or in all schemas of a path; ``to_regclass`` would raise an error for
    a schema that this role may not use.
    """
    del places
    wanted = ", ".join(_wanted(number, each, dialect) for number, each in enumerate(asked))
    text = (
        f"WITH RECURSIVE w(n, sort, s, t, path) AS (VALUES {wanted}), "
        "routine(n, oid) AS (SELECT w.n, p.oid FROM w JOIN pg_catalog.pg_proc p ON p.proname = w.t "
        "JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE w.sort = 'routine' "
        f"AND p.oid >= {FIRST_OF_USERS} AND {_seen('ANY (pg_catalog.current_schemas(true))')}), "
        "called(n, oid) AS (SELECT n, oid FROM routine UNION SELECT r.n, f.oid FROM routine r "
        "JOIN pg_catalog.pg_aggregate a ON a.aggfnoid = r.oid, "
        f"LATERAL pg_catalog.unnest(ARRAY[{_PARTS_OF_AGGREGATE}]) f(oid) WHERE f.oid >= {FIRST_OF_USERS}), "
        "relation(n, sort, oid) AS (SELECT w.n, w.sort, c.oid FROM w JOIN pg_catalog.pg_class c ON c.relname = w.t "
        "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE w.sort <> 'routine' "
        "AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND CASE WHEN w.s IS NULL AND w.path IS NULL "
        f"THEN pg_catalog.pg_table_is_visible(c.oid) ELSE {_seen('NULL')} END), "
        "tree(n, oid) AS (SELECT n, oid FROM relation WHERE sort = 'table' UNION SELECT tree.n, i.inhrelid FROM tree "
        "JOIN pg_catalog.pg_inherits i ON i.inhparent = tree.oid), "
        "trigger(n, name, oid, events) AS (SELECT tree.n, min(t.tgname), t.tgfoid, pg_catalog.bit_or(t.tgtype) "
        "FROM tree JOIN pg_catalog.pg_trigger t ON t.tgrelid = tree.oid "
        "WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' GROUP BY tree.n, t.tgfoid) "
        f"SELECT r.n, 'routine', NULL::text, {_ROUTINE} FROM called r JOIN {_ROUTINES} ON p.oid = r.oid "
        f"UNION ALL SELECT t.n, t.events::text, t.name::text, {_ROUTINE} FROM trigger t "
        f"JOIN {_ROUTINES} ON p.oid = t.oid "
        "UNION ALL SELECT tree.n, 'rule', r.rulename::text, NULL, NULL, NULL, pg_catalog.pg_get_ruledef(r.oid), "
        "NULL, NULL, NULL "
        "FROM tree JOIN pg_catalog.pg_rewrite r ON r.ev_class = tree.oid "
        "WHERE r.ev_type <> '1' AND r.ev_enabled <> 'D' "
        "UNION ALL SELECT t.n, 'view', NULL, NULL, NULL, NULL, pg_catalog.pg_get_viewdef(c.oid), NULL, NULL, NULL "
        "FROM relation t JOIN pg_catalog.pg_class c ON c.oid = t.oid WHERE t.sort = 'table' AND c.relkind = 'v' "
        "UNION ALL SELECT t.n, 'default', a.attname::text, NULL, NULL, NULL, "
        "pg_catalog.pg_get_expr(d.adbin, d.adrelid), "
        "NULL, NULL, NULL FROM relation t JOIN pg_catalog.pg_attrdef d ON d.adrelid = t.oid "
        "JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.adnum WHERE t.sort = 'table' "
        "AND EXISTS (SELECT 1 FROM pg_catalog.pg_depend x WHERE x.classid = 'pg_catalog.pg_attrdef'::regclass "
        "AND x.objid = d.oid AND x.refclassid = 'pg_catalog.pg_proc'::regclass) "
        "UNION ALL SELECT t.n, 'reference', c.relname::text, "
        "CASE WHEN NOT pg_catalog.pg_table_is_visible(c.oid) THEN n.nspname::text END, k.confdeltype::text, "
        "k.confupdtype::text, (SELECT pg_catalog.json_agg(a.attname) FROM pg_catalog.pg_attribute a "
        "WHERE a.attrelid = t.oid AND a.attnum = ANY (k.confkey))::text, NULL, NULL, NULL "
        "FROM relation t JOIN pg_catalog.pg_constraint k ON k.confrelid = t.oid AND k.contype = 'f' "
        "JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
        "WHERE t.sort = 'references' AND NOT (c.relispartition AND k.conparentid <> 0)"
    )
    return Probe(text, "what stands behind the names", SECONDS)


def found(asked: Sequence[Asked], rows: Iterable[Row], dialect: Dialect) -> Mapping[Asked, Found]:
    """The answer by name."""
    answers = [_Answer() for _ in asked]
    for number, what, name, *rest in rows:
        cells = [None if cell is None else str(cell) for cell in rest]
        answers[int(str(number))].add(str(what), str(name or ""), cells, dialect)
    return {each: answer.found() for each, answer in zip(asked, answers, strict=True)}


@dataclass(slots=True)
class _Answer:
    """Collects the rows about one name."""

    bodies: list[Body] = field(default_factory=list)
    fired: list[Fired] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    written: list[Name] = field(default_factory=list)

    def add(self, what: str, name: str, cells: list[str | None], dialect: Dialect) -> None:
        """One row."""
        text = cells[3] or ""
        match what:
            case "routine":
                self.bodies.append(_routine("", cells, dialect))
            case "rule":
                for event in defined(text, dialect):
                    self.fired.append(Fired(frozenset({event.verb}), Body(f"rule {name}", event)))
            case "view":
                self.written.extend(tables_of(text, dialect))
            case "default":
                body = expression(f"default of {name}", text, dialect)
                if body.calls:
                    self.fired.append(Fired(frozenset({"INSERT"}), body))
            case "reference":
                child = Name((cells[0], name) if cells[0] is not None else (name,))
                columns = tuple(str(column) for column in json.loads(text or "[]"))
                actions = (ACTIONS.get(cells[1] or "", ""), ACTIONS.get(cells[2] or "", ""))
                self.references.append(Reference(child, *actions, columns))
            case _:
                events = frozenset(event for bit, event in EVENTS.items() if int(what) & bit)
                self.fired.append(Fired(events, _routine(f"trigger {name}, ", cells, dialect)))

    def found(self) -> Found:
        """All of it."""
        return Found(tuple(self.bodies), tuple(self.fired), tuple(self.references), tuple(dict.fromkeys(self.written)))


def _routine(before: str, cells: list[str | None], dialect: Dialect) -> Body:
    """One function or procedure: what its language is, decides whether it can be read.

    One that is not VOLATILE promises to change nothing; in SQL and PL/pgSQL the server holds it to that, but for the
    functions that it calls: https://www.postgresql.org/docs/current/xfunc-volatility.html
    """
    signature, language, volatility, text, path, name, whole = cells
    label = f"{before}{signature}"
    schemas = _schemas(path) if path else ()
    if text is not None and not whole:
        return body_of(label, text, dialect, schemas)
    if text is not None:
        effects = defined(text, dialect)
        calls = called(text, dialect)
        return Body(label, effects[0], calls, schemas) if effects else opaque(label, "it is not understood")
    if language == "internal" or (language == "c" and (volatility != "v" or name in TRUSTED)):
        return harmless(label)
    return opaque(label, f"it is written in {language}, which is not read")


def _schemas(path: str) -> tuple[str, ...]:
    """The schemas of a search_path, as the catalog writes it."""
    parts: list[str] = []
    rest = path
    while rest.strip():
        rest = rest.lstrip(", ")
        if rest.startswith('"'):
            end = rest.find('"', 1)
            while end >= 0 and rest[end + 1 : end + 2] == '"':
                end = rest.find('"', end + 2)
            end = end if end >= 0 else len(rest)
            parts.append(rest[1:end].replace('""', '"'))
            rest = rest[end + 1 :]
        else:
            word, _, rest = rest.partition(",")
            parts.append(word.strip().lower())
    return tuple(part for part in parts if part)


def _wanted(number: int, asked: Asked, dialect: Dialect) -> str:
    """One name as a row of VALUES; a name that is too long is cut as the server cuts it."""
    schema, table = (asked.name.parts[-2] if len(asked.name.parts) > 1 else None), asked.name.parts[-1]
    path = ", ".join(_text(part, dialect) for part in asked.path)
    return (
        f"({number}, '{asked.sort.value}'::text, {_text(schema, dialect)}::name, {_text(table, dialect)}::name, "
        f"{f'ARRAY[{path}]::name[]' if asked.path else 'NULL::name[]'})"
    )


def _text(value: str | None, dialect: Dialect) -> str:
    """A literal; no name holds NUL."""
    return "NULL" if value is None else quote_string(value.replace("\x00", ""), dialect)


def _seen(otherwise: str) -> str:
    """Whether a schema is the one that is named, or one in which an unqualified name is looked up."""
    return (
        "CASE WHEN w.s = 'pg_temp' THEN n.oid = pg_catalog.pg_my_temp_schema() "
        "WHEN w.s IS NOT NULL THEN n.nspname = w.s "
        "WHEN w.path IS NOT NULL THEN n.nspname = ANY (w.path) OR n.oid = pg_catalog.pg_my_temp_schema() "
        f"ELSE n.nspname = {otherwise} END"
    )
