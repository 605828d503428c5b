"""What a rollback would not restore, known before a statement is sent."""

from __future__ import annotations

from safesql.backends.contract import Connection
from safesql.errors import SafesqlError
from safesql.guard.effect import Effect, Reach
from safesql.rewrite.engines import without_transactions


def no_way_back(connection: Connection, effect: Effect) -> str:
    """A sentence when a statement cannot be taken back once it ran, else nothing.

    A server that does not answer the question leaves it open, and that is said too.
    """
    for part in effect.walk():
        if part.commits:
            return f"there is no way back: this server commits {part.verb} by itself"
    names = [part.target for part in effect.walk() if part.target is not None and part.reach is Reach.ROWS]
    probe = without_transactions(names, connection.dialect)
    if probe is None:
        return ""
    try:
        result = connection.query(probe)
        tables = [f"{row[0]!s} ({row[1]!s})" for row in result.rows()]
        result.summary()
    except SafesqlError as error:
        return f"whether there is a way back is not known: {error}"
    return f"there is no way back: {', '.join(tables)} has no transactions" if tables else ""
