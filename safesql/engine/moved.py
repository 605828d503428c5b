"""Where statements have led a session since it began: another database, search path or role, as the server says it."""

from __future__ import annotations

from safesql.backends.contract import Connection
from safesql.errors import SafesqlError
from safesql.guard.effect import Effect, Reach
from safesql.rewrite.catalog import catalog
from safesql.slotted import dataclass
from safesql.sql.dialect import Family

MOVES = frozenset({"names", "role", "read-write"})


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """``database``, ``user`` are empty until something changed them; ``path`` are the schemas that names come from."""

    database: str = ""
    user: str = ""
    path: tuple[str, ...] = ()


def moves(effect: Effect, now: Whereabouts) -> bool:
    """Whether a statement may have led elsewhere; the end of a transaction leads back, if anything did before."""
    for part in effect.walk():
        moved = part.reach is Reach.SESSION and part.kind in MOVES
        if part.verb == "USE" or moved or (part.reach is Reach.TRANSACTION and now != Whereabouts()):
            return True
    return False


def found(connection: Connection, before: Whereabouts) -> Whereabouts:
    """Ask the server; what it was before where it does not answer, as in a transaction that failed."""
    try:
        result = connection.query(catalog(connection.dialect).current(connection.dialect))
        rows = list(result.rows())
        result.summary()
    except SafesqlError:
        return before
    if not rows:
        return before
    database, schema, user, *path = (str(cell or "") for cell in rows[0])
    if connection.dialect.family is not Family.POSTGRES:
        return Whereabouts(database)
    return Whereabouts(f"{database}.{schema}" if schema else database, user, tuple(path[0].split("\n")))
