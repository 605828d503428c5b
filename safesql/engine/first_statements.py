"""The statements that a profile runs first in every session: down the one road, with nobody to ask."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.backends.contract import Transaction
from safesql.engine.session import Session
from safesql.engine.stopped import Stopped
from safesql.engine.submit import submit
from safesql.errors import CannotConnect, Refused, SafesqlError
from safesql.result import Result
from safesql.sql.splitter import Splitter
from safesql.sql.statement import Statement


def run_first(session: Session) -> None:
    """Run ``init`` of the profile; raises Refused for what is not allowed, CannotConnect for what fails.

    The session must have nobody to ask: a yes at the prompt is to a statement that somebody typed.
    """
    for number, text in enumerate(session.profile.init, 1):
        source = f"init {number} of {session.profile.name}"
        try:
            for statement in _statements(session, text, source):
                submit(session, statement, _unseen)
        except Stopped as error:
            raise Refused(f"{source} is not allowed, so the connection was given up: {error}") from error
        except Refused:
            raise
        except SafesqlError as error:
            raise CannotConnect(f"{source} failed, so the connection was given up: {error}") from error
    session.forget_fresh()
    if session.profile.init and session.connection.transaction is not Transaction.NONE:
        raise Refused(f"init of {session.profile.name} leaves a transaction open; end it there with COMMIT")


def _statements(session: Session, text: str, source: str) -> Iterator[Statement]:
    """Each as the session reads it when its turn comes; raises Refused for commands and COPY data."""
    splitter = Splitter([text], session.connection.dialect, source)
    for piece in splitter:
        if not isinstance(piece, Statement) or piece.copies_data:
            raise Refused(f"{source} is no plain statement; write SQL alone there")
        yield piece
        splitter.dialect = session.connection.dialect


def _unseen(result: Result) -> int:
    """Nobody looks at what they return."""
    return sum(len(chunk) for chunk in result)
