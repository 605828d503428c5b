"""What foreign keys would do behind a statement, asked of the server; the rows themselves are not read."""

from __future__ import annotations

from safesql.backends.contract import Connection
from safesql.errors import SafesqlError
from safesql.guard.effect import Name
from safesql.guard.verdict import Verdict
from safesql.rewrite.closure.edge import edges, edges_of
from safesql.rewrite.closure.place import Place, places, places_of
from safesql.rewrite.closure.reach import Closure, reached
from safesql.rewrite.closure.start import starts, taking


def behind(connection: Connection, verdict: Verdict) -> Closure:
    """The closure of what a statement deletes and updates itself; what could not be found out is in ``unknown``."""
    names = tuple(dict.fromkeys(part.target for part in taking(verdict.effect, verdict.statement) if part.target))
    if not names:
        return Closure()
    try:
        found, missing = starts(verdict.effect, verdict.statement, placed(connection, names))
        roots = tuple(dict.fromkeys(start.place.name for start in found))
        keys = edges_of(connection.query(edges(roots, connection.dialect)).rows()) if roots else ()
    except SafesqlError as error:
        return Closure(unknown=str(error))
    closure = reached(found, keys, connection.dialect)
    return closure if closure.unknown or not missing else Closure(closure.reached, closure.referring, missing)


def placed(connection: Connection, names: tuple[Name, ...]) -> dict[Name, Place]:
    """The tables behind names; raises StatementFailed as the server does."""
    return places_of(names, connection.query(places(names, connection.dialect)).rows())
