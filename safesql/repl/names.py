"""The names of a database as completion needs them, in one unchanging piece."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from safesql.result import Result
from safesql.rewrite.catalog import catalog
from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect

Query = Callable[[Probe], Result]
"""Asks one connection; raises SafesqlError."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view; ``near`` where it is found without its schema; columns are (name, type)."""

    schema: str
    name: str
    kind: str
    near: bool
    columns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All names at one moment; ``by_name`` finds relations by their lower-case name."""

    relations: tuple[Relation, ...] = ()
    schemas: tuple[str, ...] = ()
    routines: tuple[tuple[str, str, bool], ...] = ()
    by_name: Mapping[str, tuple[Relation, ...]] = field(default_factory=dict)

    def find(self, parts: tuple[str, ...]) -> Relation | None:
        """The relation that a possibly qualified name means, preferring what is found without a schema."""
        if not parts:
            return None
        named = self.by_name.get(parts[-1].lower(), ())
        if len(parts) > 1:
            named = tuple(each for each in named if each.schema.lower() == parts[-2].lower())
        return min(named, key=lambda each: not each.near, default=None)


def load(query: Query, dialect: Dialect, database: str = "", path: tuple[str, ...] = ()) -> Snapshot:
    """Four questions to the catalog; raises SafesqlError when one is not answered.

    ``database`` and ``path`` are where the session itself has been led, which another connection does not know.
    """
    asked = catalog(dialect)
    near_by = path or ((database,) if database else ())
    here = next((each for each in near_by if each != "pg_catalog"), "")
    here = here or next((str(row[1] or "") for row in _rows(query, asked.current(dialect))), "")
    columns: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for schema, table, column, kind in _rows(query, asked.columns(dialect, here)):
        columns[str(schema), str(table)].append((str(column), str(kind or "")))
    relations = tuple(
        Relation(*name, kind, near=_near(near, name[0], near_by), columns=tuple(columns[name]))
        for name, kind, near in _named(_rows(query, asked.names(dialect)))
    )
    found = _rows(query, asked.routines(dialect))
    routines = tuple((str(schema), str(name), _near(near, schema, near_by)) for schema, name, near in found)
    by_name: dict[str, tuple[Relation, ...]] = {}
    for relation in relations:
        by_name[relation.name.lower()] = (*by_name.get(relation.name.lower(), ()), relation)
    schemas = tuple(sorted({relation.schema for relation in relations}))
    return Snapshot(relations, schemas, routines, by_name)


def _named(rows: Iterator[tuple[object, ...]]) -> Iterator[tuple[tuple[str, str], str, object]]:
    """Schema and name as one key."""
    return (((str(schema), str(name)), str(kind), near) for schema, name, kind, near in rows)


def _near(near: object, schema: object, path: tuple[str, ...]) -> bool:
    """Found without its schema: as the server says, or because a USE or SET search_path has led there since."""
    return schema in path if path else str(near) == "1"


def _rows(query: Query, probe: Probe) -> Iterator[tuple[object, ...]]:
    """The rows of one question."""
    result = query(probe)
    yield from result.rows()
    result.summary()
