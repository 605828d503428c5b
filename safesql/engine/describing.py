"""What a statement would return, as the server tells it without executing it; judged and written down all the same."""

from __future__ import annotations

from contextlib import suppress
from time import monotonic

from safesql.backends.contract import Describes
from safesql.engine.answers import NO_ANSWERS
from safesql.engine.ask import cleared
from safesql.engine.conceal import conceal
from safesql.engine.record import Entry
from safesql.engine.session import Session
from safesql.engine.stopped import Stopped
from safesql.errors import CannotRecord, Refused, SafesqlError, StatementFailed, UsageError
from safesql.guard.action import Action
from safesql.guard.verdict import Clearance, Verdict
from safesql.result import Result
from safesql.sql.statement import Statement


def described(session: Session, statement: Statement) -> Result:
    """Rows of (column, type), or a result without columns.

    Raises UsageError where the server cannot tell, Stopped and Refused for what is not sent without a yes,
    StatementFailed, Cancelled, ConnectionLost, CannotRecord.
    """
    connection = session.connection
    if not isinstance(connection, Describes):
        product = connection.server.product
        raise UsageError(f"{product} tells nothing of a result before the statement runs; add LIMIT 0 and run it")
    verdict = session.looked_up(statement)
    session.note(verdict)
    entry = Entry(session, verdict)
    entry.intend()
    try:
        clearance = _let_through(session, verdict)
    except Refused:
        entry.end("refused")
        raise
    started = monotonic()
    try:
        result = connection.describe(clearance)
    except SafesqlError as error:
        if isinstance(error, StatementFailed):
            conceal(error, statement.text)
        with suppress(CannotRecord):                             # what failed says more; the next intent will not pass
            entry.fail(error, monotonic() - started)
        raise
    entry.end("described", seconds=monotonic() - started)
    return result


def _let_through(session: Session, verdict: Verdict) -> Clearance:
    """Only what needs no answer, for a yes would be to running it; raises Refused."""
    if verdict.action in (Action.CONFIRM, Action.TYPE):
        raise Refused(f"{', '.join(verdict.rules)}: what needs a yes is not sent to be described; nothing was sent")
    clearance, _ = cleared(session, verdict, (), NO_ANSWERS)
    if clearance is None:
        raise Stopped(verdict)
    return clearance
