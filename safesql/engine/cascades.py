"""What foreign keys would do behind a statement, asked of the server; the rows themselves are not read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from safesql.backends.contract import Connection
from safesql.errors import SafesqlError, StatementFailed
from safesql.guard.effect import Name, Reach
from safesql.guard.verdict import Verdict
from safesql.rewrite.closure.edge import Edge, edges, edges_of, innodb_schemas, referring_schemas
from safesql.rewrite.closure.place import Place, places, places_of
from safesql.rewrite.closure.reach import Closure, reached
from safesql.rewrite.closure.start import Start, starts, taking
from safesql.rewrite.filling import Filling, filling, overwriting
from safesql.rewrite.probe import Probe
from safesql.rewrite.selection import Refusal
from safesql.rewrite.unique import unique, unique_of
from safesql.slotted import dataclass, field, replace

NOT_UNDERSTOOD = "what it assigns to rows already there is not understood"


@dataclass(frozen=True, slots=True)
class Cascades:
    """The closure of a statement, and the ``places`` of the tables that it names itself.

    ``filled`` are the tables that its overwriting INSERTs fill.
    """

    closure: Closure = field(default_factory=Closure)
    places: Mapping[Name, Place] = field(default_factory=dict)
    filled: tuple[tuple[Place, Filling | Refusal], ...] = ()

    def about(self, name: Name | None) -> int | None:
        """The server's own guess at the size of a table."""
        place = self.places.get(name) if name is not None else None
        return place.about if place is not None else None

    def keyed(self, name: Name | None) -> bool:
        """Whether no two rows of a table are the same."""
        place = self.places.get(name) if name is not None else None
        return place is not None and bool(place.key)

    def called(self, table: Name) -> str:
        """A table as a person would call it: without its schema, where the statement's tables are in the same."""
        own = {place.name.parts[0] for place in self.places.values()}
        return table.parts[-1] if own <= {table.parts[0]} else str(table)

    @property
    def tables(self) -> tuple[Name, ...]:
        """All tables that the statement or a foreign key writes to, with their schemas."""
        own = (place.name for place in self.places.values())
        return tuple(dict.fromkeys((*own, *(each.table for each in self.closure.reached))))


def cascades(connection: Connection, verdict: Verdict) -> Cascades:
    """The closure of what a statement deletes and updates itself; what could not be found out is its ``unknown``."""
    written = (part.target for part in verdict.effect.walk() if part.reach is Reach.ROWS and part.target)
    taken = (part.target for part in taking(verdict.effect, verdict.statement) if part.target)
    names = tuple(dict.fromkeys((*taken, *written)))
    if not names:
        return Cascades()
    known: dict[Name, Place] = {}
    try:
        known = placed(connection, names)
        found, missing = starts(verdict.effect, verdict.statement, known)
        filled = tuple(_filled(connection, verdict, known))
        found += tuple(start for place, each in filled for start in _overwriting(place, each))
        missing = missing or next((NOT_UNDERSTOOD for _, each in filled if _puzzling(each)), "")
        keys = foreign_keys(connection, tuple(dict.fromkeys(start.place.name for start in found)))
    except SafesqlError as error:
        return Cascades(Closure(unknown=str(error)), known)
    closure = reached(found, keys, connection.dialect)
    return Cascades(replace(closure, unknown=closure.unknown or missing), known, filled)


def foreign_keys(connection: Connection, roots: Sequence[Name]) -> tuple[Edge, ...]:
    """The foreign keys that lead to tables, by schema and name, and on from there, over as many schemas as they do.

    Raises StatementFailed as the server does.
    """
    if not roots:
        return ()
    known = {root.parts[0] for root in roots}
    while (probe := referring_schemas(roots, connection.dialect)) is not None:
        more = _schemas(connection, innodb_schemas(roots, connection.dialect), probe) - known
        roots = (*roots, *(Name((schema, "")) for schema in sorted(more)))
        known |= more
        if not more:
            break
    return edges_of(connection.query(edges(roots, connection.dialect)).rows())


def _schemas(connection: Connection, fast: Probe | None, sure: Probe) -> set[str]:
    """The schemas in the first column, by the fast question where the account may ask it."""
    if fast is not None:
        try:
            found = {str(row[0]) for row in connection.query(fast).rows()}
        except StatementFailed:
            found = {"@"}
        if not any("@" in schema for schema in found):
            return found
    return {str(row[0]) for row in connection.query(sure).rows()}


def _filled(
    connection: Connection, verdict: Verdict, known: Mapping[Name, Place]
) -> Iterator[tuple[Place, Filling | Refusal]]:
    """What each INSERT overwrites."""
    for effect, part in overwriting(verdict.effect):
        place = known.get(effect.target) if effect.target is not None else None
        if place is not None:
            keys = unique_of(connection.query(unique(place.name, connection.dialect)).rows())
            yield place, filling(effect, part, verdict.statement, place, keys)


def _overwriting(place: Place, filled: Filling | Refusal) -> Iterator[Start]:
    """The rows that go, or get other values, as new ones come."""
    if isinstance(filled, Filling) and filled.replaces:
        yield Start(place, filled.overwritten)
    elif isinstance(filled, Filling):
        yield from (Start(place, taken, values) for taken, values in filled.moved or ())


def _puzzling(filled: Filling | Refusal) -> bool:
    """Whether it is not known which columns get other values."""
    return isinstance(filled, Filling) and filled.moved is None


def placed(connection: Connection, names: tuple[Name, ...]) -> dict[Name, Place]:
    """The tables behind names; raises StatementFailed as the server does."""
    return places_of(names, connection.query(places(names, connection.dialect)).rows())
