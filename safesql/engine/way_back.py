"""What a rollback would not restore, known before a statement is sent."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.backends.contract import Connection
from safesql.engine.cascades import Cascades, cascades
from safesql.errors import SafesqlError
from safesql.guard.effect import Effect, Name, Reach
from safesql.guard.verdict import Verdict
from safesql.rewrite.engines import journal_off, without_transactions
from safesql.rewrite.outside import outside_effects
from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Family

ENDS = frozenset({"COMMIT", "ROLLBACK", "BEGIN", "START TRANSACTION"})
"""What ends a transaction of MySQL inside of a procedure; a trigger or function may not."""


def no_way_back(connection: Connection, verdict: Verdict, found: Cascades | None = None) -> str:
    """A sentence when a statement cannot be taken back once it ran, else nothing.

    A server that does not answer the question leaves it open, and that is said too. ``found`` is the statement's
    closure, where that is known already.
    """
    if connection.holds_locks:
        return "there is no way back: LOCK TABLES holds tables, and a transaction would release them"
    ending = _ending(connection, verdict)
    if ending:
        return f"there is no way back: {ending}"
    called = outside_effects(verdict.statement)
    if called:
        return f"there is no way back from what {', '.join(called)} does outside of this transaction"
    probe = _question(connection, verdict, found)
    if probe is None:
        return ""
    try:
        rows = list(connection.query(probe).rows())
    except SafesqlError as error:
        return f"whether there is a way back is not known: {error}"
    if rows and connection.dialect.family is Family.SQLITE:
        return "there is no way back: this database is open without a rollback journal"
    tables = [f"{row[0]!s} ({row[1]!s})" for row in rows]
    return f"there is no way back: {', '.join(tables)} has no transactions" if tables else ""


def written_without_transactions(connection: Connection, verdict: Verdict) -> tuple[str, ...]:
    """Those with their engines of the tables that a statement of MySQL writes to; none where nobody knows."""
    try:
        probe = _question(connection, verdict, None) if connection.dialect.family is Family.MYSQL else None
        rows = list(connection.query(probe).rows()) if probe is not None else []
    except SafesqlError:
        return ()
    return tuple(f"{row[0]!s} ({row[1]!s})" for row in rows)


def _ending(connection: Connection, verdict: Verdict) -> str:
    """What of a statement, or of what it starts, ends the transaction that it runs in; nothing where it only ends one.

    On PostgreSQL a procedure that was called inside of a transaction fails at its COMMIT:
    https://www.postgresql.org/docs/current/plpgsql-transactions.html
    """
    for part in verdict.effect.everything():
        if part.commits:
            return f"this server commits {part.verb} by itself"
        ends = part.reach is Reach.TRANSACTION and part.verb in ENDS and part is not verdict.effect
        if ends and connection.dialect.family is Family.MYSQL:
            return f"{part.verb} in what it starts ends the transaction"
    return ""


def _question(connection: Connection, verdict: Verdict, found: Cascades | None) -> Probe | None:
    """What the server is asked, about all tables that the statement or a foreign key writes to."""
    names = list(written(verdict))
    if not names:
        return None
    if connection.dialect.family is Family.SQLITE:
        return journal_off()
    if connection.dialect.family is not Family.MYSQL:
        return None
    around = found or cascades(connection, verdict)
    return without_transactions((*names, *(each.table for each in around.closure.reached)), connection.dialect)


def written(verdict: Verdict) -> Iterator[Name]:
    """The tables whose rows are written by the statement or what it starts, named from where that looks for them."""
    stack: list[tuple[Effect, tuple[str, ...]]] = [(verdict.effect, ())]
    while stack:
        effect, path = stack.pop()
        path = effect.path or path
        if effect.target is not None and effect.reach is Reach.ROWS:
            here = len(effect.target.parts) == 1 and path
            yield Name((path[0], *effect.target.parts)) if here else effect.target
        stack.extend((part, path) for part in (*effect.parts, *effect.behind))
