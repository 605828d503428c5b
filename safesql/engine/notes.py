"""What else a person should know before a yes: triggers that fire, partitions, rows that refer to what would go."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.backends.contract import Connection, Transaction
from safesql.engine.cascades import Cascades, cascades
from safesql.engine.counting import number
from safesql.errors import SafesqlError
from safesql.guard.effect import Name, Reach
from safesql.guard.verdict import Verdict
from safesql.rewrite.cascading import cascading, dropped, emptied, rows_of
from safesql.rewrite.closure.reach import Fate
from safesql.rewrite.firing import Firing, firing, firing_of
from safesql.rewrite.partition import named, partitions
from safesql.rewrite.reading import count_reached
from safesql.slotted import dataclass
from safesql.sql.dialect import Family

SHOWN = 12               # partitions by name; the rest is a number
EVENTS = {
    "DELETE": {"DELETE"}, "UPDATE": {"UPDATE"}, "INSERT": {"INSERT"}, "REPLACE": {"INSERT", "DELETE"},
    "MERGE": {"INSERT", "UPDATE", "DELETE"}, "TRUNCATE": {"TRUNCATE"},
    "ON CONFLICT DO UPDATE": {"UPDATE"}, "ON DUPLICATE KEY UPDATE": {"UPDATE"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Notes:
    """``lines`` are sentences; ``fires`` says that triggers or rules may touch rows that no count knows of."""

    lines: tuple[str, ...] = ()
    fires: bool = False


def notes(connection: Connection, verdict: Verdict, found: Cascades | None = None) -> Notes:
    """Asked of the server, which is not changed; what cannot be found out is said, and nothing is raised.

    ``found`` are the statement's cascades, where they are known already.
    """
    if connection.transaction is Transaction.FAILED or not verdict.effect.changes:
        return Notes()
    found = found or cascades(connection, verdict)
    fired, fires = _fired(connection, verdict, found)
    lines = (
        *fired,
        *_partitions(connection, verdict, found),
        *_referring(connection, found),
        *_cascading(connection, verdict),
        *_unsteady(verdict),
    )
    return Notes(tuple(lines), fires)


def _unsteady(verdict: Verdict) -> Iterator[str]:
    """Functions for which the statement may take other rows than were counted."""
    from safesql.rewrite.unsteady import unsteady

    names = list(unsteady(verdict.effect, verdict.statement))
    if names:
        each = "answers otherwise each time it is asked" if len(names) == 1 else "answer otherwise each time"
        yield f"{', '.join(names)} {each}: the rows that are counted may not be those that it takes"


def _cascading(connection: Connection, verdict: Verdict) -> Iterator[str]:
    """What CASCADE takes along; nothing is known of what the server does not tell."""
    for effect in verdict.effect.walk():
        if effect.target is None or not cascading(effect, verdict.statement):
            continue
        try:
            if effect.verb == "TRUNCATE":
                tables = [str(row[0]) for row in connection.query(emptied(effect.target, connection.dialect)).rows()]
                parts = [f"{number(connection, rows_of(table)):,} rows of {table}" for table in tables[:SHOWN]]
                parts += [f"{len(tables) - SHOWN} more tables"] if len(tables) > SHOWN else []
                said = "CASCADE empties as well"
            else:
                parts = [str(row[0]) for row in connection.query(dropped(effect.target, connection.dialect)).rows()]
                parts = parts[:SHOWN] + ([f"{len(parts) - SHOWN} more"] if len(parts) > SHOWN else [])
                said = "CASCADE drops as well, with what depends on it"
        except SafesqlError as error:
            yield f"what CASCADE takes along is not known: {error}"
            continue
        if parts:
            yield f"{said}: {', '.join(parts)}"


def _fired(connection: Connection, verdict: Verdict, found: Cascades) -> tuple[tuple[str, ...], bool]:
    """Triggers and rules, one line for each table."""
    if not found.tables:
        return (), False
    try:
        known = firing_of(connection.query(firing(found.tables, connection.dialect)).rows())
    except SafesqlError as error:
        return (f"whether triggers fire is not known: {error}",), True
    firing_now = [each for each in known if each.events & _events(each.table, connection, verdict, found)]
    tables = dict.fromkeys(each.table for each in firing_now)
    return tuple(_line(table, firing_now, found) for table in tables), bool(firing_now)


def _line(table: Name, fired: list[Firing], found: Cascades) -> str:
    """The triggers of one table."""
    here = [each for each in fired if each.table == table]
    names = ", ".join(f"{each.kind} {each.name}" for each in here)
    fires = "fires, and what it does" if len(here) == 1 else "fire, and what they do"
    return f"{names} on {found.called(table)} {fires} is not counted"


def _events(table: Name, connection: Connection, verdict: Verdict, found: Cascades) -> set[str]:
    """What happens to a table: by the statement, or by a foreign key, which fires no trigger of MySQL.

    https://mariadb.com/kb/en/trigger-limitations/
    """
    names = {name for name, place in found.places.items() if place.name == table}
    events = set[str]()
    for part in verdict.effect.walk():
        if part.target in names and part.reach is Reach.ROWS:
            events |= EVENTS.get(part.verb, set())
    if connection.dialect.family is not Family.MYSQL:
        for reached in found.closure.reached:
            if reached.table == table:
                events.add("DELETE" if reached.fate is Fate.DELETE else "UPDATE")
    return events


def _partitions(connection: Connection, verdict: Verdict, found: Cascades) -> Iterator[str]:
    """The partitions that rows are in, where the target has any."""
    for effect in verdict.effect.walk():
        place = found.places.get(effect.target) if effect.target is not None else None
        if place is None or place.kind != "partitioned":
            continue
        try:
            asked = named(place.name, connection.dialect)
            names = [str(row[0]) for row in connection.query(asked).rows()] if asked else []
            probe = partitions(effect, verdict.effect, verdict.statement, place.name, names)
            rows = list(connection.query(probe).rows()) if probe else []
        except SafesqlError:
            continue
        parts = [f"{int(str(count)):,} in {name!s}" for name, count in rows]
        more = f" and {len(parts) - SHOWN} more" if len(parts) > SHOWN else ""
        if parts:
            yield f"partitions of {effect.target}: {', '.join(parts[:SHOWN])}{more}"


def _referring(connection: Connection, found: Cascades) -> Iterator[str]:
    """Rows that refer to what would go, and are not touched."""
    for reached in found.closure.referring:
        try:
            rows = number(connection, count_reached(reached, connection.dialect))
        except SafesqlError:
            continue
        name = found.called(reached.table)
        if rows and reached.fate is Fate.REFUSED:
            yield f"the server will refuse: {rows:,} rows of {name} refer to them"
        elif rows:
            yield f"{rows:,} rows of {name} would refer to what is gone: this session does not enforce foreign keys"
