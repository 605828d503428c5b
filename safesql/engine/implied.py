"""The transaction that typed statements run in where autocommit is off: begun before the first of them, as psql does.

https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-VARIABLES-AUTOCOMMIT
"""

from __future__ import annotations

from collections.abc import Callable

from safesql.backends.contract import Transaction
from safesql.engine.session import Session
from safesql.engine.submit import Done, Fate
from safesql.errors import Declined, Refused, SafesqlError
from safesql.guard.segments.bond import Bond, bond, unheard
from safesql.sql.dialect import Family
from safesql.sql.statement import Statement

_JOINS = (Bond.INSIDE, Bond.MAY_COMMIT)


def in_transaction(session: Session, statement: Statement, send: Callable[[], Done]) -> Done:
    """What ``send`` returns; a transaction that was opened for a statement which was not sent is closed again."""
    if session.autocommit or not _begins(session, statement):
        return send()
    session.connection.begin()
    whole = statement.command is None               # else it may send several, and some of them were
    try:
        done = send()
    except (Refused, Declined):
        if whole:
            _closed(session)
        raise
    if done.fate is not Fate.DONE:
        _closed(session)
    return done


def _begins(session: Session, statement: Statement) -> bool:
    """Whether the statement needs a transaction that is not there: what ends one or stands alone does not.

    SQLite's would lock the file, so that a read there begins none.
    """
    connection = session.connection
    if connection.transaction is not Transaction.NONE or connection.holds_locks or statement.problem:
        return False
    effect = session.judge(statement).effect
    if statement.dialect.family is Family.SQLITE and not effect.changes:
        return False
    return bond(effect, statement) in _JOINS and not unheard(effect)


def _closed(session: Session) -> None:
    """Nothing was done in it; a lost connection has ended it already."""
    try:
        session.connection.rollback()
    except SafesqlError:
        return


def as_typed(session: Session, before: Session | None = None) -> None:
    """What the profile says of transactions holds for what is typed, not for scripts.

    What was set by hand in the session ``before`` goes along, as psql's variables do: who has switched autocommit off
    would not look for it again. Only a profile that has it off is not loosened.
    """
    session.autocommit, session.rescue = _said(session)
    if before is not None:
        autocommit, rescue = _said(before)
        if before.autocommit is not autocommit:
            session.autocommit = session.autocommit and before.autocommit
        if before.rescue is not rescue:
            session.rescue = before.rescue


def _said(session: Session) -> tuple[bool, bool]:
    """By the profile: autocommit, and whether a failure costs one statement alone."""
    return session.profile.autocommit, session.profile.on_error_rollback != "off"
