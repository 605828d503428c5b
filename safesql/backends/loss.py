"""What a lost connection means for the statement that was running."""

from __future__ import annotations

from safesql.errors import ConnectionLost, OutcomeUnknown, SafesqlError
from safesql.guard.effect import Effect, Reach

COMMITTING = frozenset({"COMMIT", "END", "COMMIT PREPARED", "PREPARE TRANSACTION", "XA COMMIT", "XA PREPARE"})
"""Verbs after which work is kept, once the server has taken them."""


def settles(effect: Effect, *, autocommit: bool) -> bool:
    """Whether the server commits at the end of this statement, so that a lost answer leaves its outcome open.

    ``autocommit`` says that no transaction was open and the session does not open one by itself.
    """
    if any(part.verb in COMMITTING or part.commits for part in effect.walk()):
        return True
    return autocommit and effect.changes


def lost_ahead(why: str, waiting: int, *, settling: bool) -> SafesqlError:
    """The same for so many statements that were sent together and not answered; each may have been committed alone."""
    if not settling or waiting < 2:
        return lost(why, settling=settling)
    reason = f" ({why})" if why else ""
    return OutcomeUnknown(
        f"the connection was lost{reason} with {waiting} statements on their way, each of which the server commits by "
        "itself: the first of them may or may not have been committed, up to any of them; none was repeated. Connect "
        "again and look at the rows before doing anything else"
    )


def lost(why: str, *, settling: bool, sent: bool = True) -> SafesqlError:
    """The error to raise; ``why`` are the words of the server or driver."""
    reason = f" ({why})" if why else ""
    if not sent:
        return ConnectionLost(
            f"the connection was lost before this statement was sent{reason}; it did not run, and an open transaction "
            "was rolled back; connect again"
        )
    if settling:
        return OutcomeUnknown(
            f"the connection was lost while the server was committing{reason}: the statement may or may not have been "
            "committed; it was not repeated. Connect again and look at the rows before doing anything else"
        )
    return ConnectionLost(
        f"the connection was lost{reason}; an open transaction was rolled back by the server; connect again"
    )


def only_reads(effect: Effect) -> bool:
    """Whether nothing is lost when the server is stopped before the last row: no lock, setting or place in a cursor."""
    return all(part.reach is Reach.READ for part in effect.everything())
