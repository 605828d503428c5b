"""The names of a database as completion needs them, in one unchanging piece."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from safesql.errors import SafesqlError
from safesql.repl.links import Link
from safesql.repl.ranking import Offer
from safesql.result import Result
from safesql.rewrite import completing
from safesql.rewrite.catalog import catalog
from safesql.rewrite.probe import Probe
from safesql.slotted import dataclass, field
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

    @property
    def system(self) -> bool:
        """Of the server itself: worth knowing, not worth showing first."""
        return self.schema == "pg_catalog" or self.name.startswith("sqlite_")


Routines = tuple[tuple[str, str, bool, str], ...]
"""Schema, name, whether it is found without its schema, and the arguments as people write them."""

Further = tuple[tuple[Link, ...], Mapping[tuple[str, str, str], tuple[str, ...]], tuple[str, ...]]
"""Foreign keys, the values of enums by their columns, and settings."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All names at one moment; ``by_name`` finds relations by their lower-case name."""

    relations: tuple[Relation, ...] = ()
    schemas: tuple[str, ...] = ()
    routines: Routines = ()
    by_name: Mapping[str, tuple[Relation, ...]] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    values: Mapping[tuple[str, str, str], tuple[str, ...]] = field(default_factory=dict)    # of enums, by column
    settings: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = ()             # relations near by, schemas, then the system's
    calls: tuple[Offer, ...] = ()              # functions that are

    @classmethod
    def of(cls, relations: tuple[Relation, ...], routines: Routines, more: Further) -> Snapshot:
        """All of it, with what completion would else put together at every key."""
        by_name: dict[str, tuple[Relation, ...]] = {}
        for relation in relations:
            by_name[relation.name.lower()] = (*by_name.get(relation.name.lower(), ()), relation)
        schemas = tuple(sorted({relation.schema for relation in relations}))
        near = [each for each in relations if each.near]
        offers = (
            *(Offer(each.name, each.kind) for each in near if not each.system),
            *(Offer(schema, "schema") for schema in schemas),
            *(Offer(each.name, each.kind) for each in near if each.system),
        )
        calls = tuple(Offer(name, f"function {given}".strip()) for _, name, near_by, given in routines if near_by)
        return cls(relations, schemas, routines, by_name, *more, offers, calls)

    def find(self, parts: tuple[str, ...]) -> Relation | None:
        """The relation that a possibly qualified name means, preferring what is found without a schema."""
        if not parts:
            return None
        named = self.by_name.get(parts[-1].lower(), ())
        if len(parts) > 1:
            named = tuple(each for each in named if each.schema.lower() == parts[-2].lower())
        return min(named, key=lambda each: not each.near, default=None)


def load(query: Query, dialect: Dialect, database: str = "", path: tuple[str, ...] = ()) -> Snapshot:
    """Questions to the catalog; raises SafesqlError when one of the first four is not answered.

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
    routines = tuple(
        (str(schema), str(name), _near(near, schema, near_by), str(more[0] or "") if more else "")
        for schema, name, near, *more in found
    )
    return Snapshot.of(relations, routines, _further(query, dialect, here))


def _further(query: Query, dialect: Dialect, here: str) -> Further:
    """Foreign keys, values of enums and settings; without those that an account may not read."""
    keys: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for key, *parts in _if_allowed(query, completing.links(dialect, here)):
        keys[str(key)].append(tuple(map(str, parts)))
    links = tuple(
        Link((one[0][0], one[0][1]), tuple(p[2] for p in one), (one[0][3], one[0][4]), tuple(p[5] for p in one))
        for one in keys.values()
    )
    values: dict[tuple[str, str, str], tuple[str, ...]] = {}
    probe = completing.values(dialect)
    for schema, table, column, value in _if_allowed(query, probe) if probe else ():
        place = (str(schema), str(table), str(column))
        values[place] = (*values.get(place, ()), str(value))
    return links, values, tuple(str(row[0]) for row in _if_allowed(query, completing.settings(dialect)))


def _if_allowed(query: Query, probe: Probe) -> list[tuple[object, ...]]:
    """The rows of a question that need not be answered."""
    try:
        return list(_rows(query, probe))
    except SafesqlError:
        return []


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
