"""The port of whoever keeps something of a statement, in the same transaction: the undo journal."""

from __future__ import annotations

from enum import Enum
from typing import Protocol

from safesql.backends.contract import Connection
from safesql.guard.verdict import Clearance
from safesql.result import Summary
from safesql.sql.statement import Statement


class Outcome(Enum):
    """How a statement that ran under a keeper ended."""

    COMMITTED = "committed"          # the server said so
    ROLLED_BACK = "rolled back"      # the server said so, or the statement was never sent
    OPEN = "open"                    # done, inside a transaction that somebody else opened and will end
    UNKNOWN = "unknown"              # the connection was lost while committing


class Keeper(Protocol):
    """Called around one statement, in this order: before, execute, after, commit, ended.

    Whatever ``before`` or ``after`` raise rolls the statement back (to a savepoint, inside an open transaction) and is
    raised on. ``ended`` is called exactly once after a ``before``, whatever happened; it must not raise.
    """

    def no_undo(self, statement: Statement) -> str:
        """Why a statement that may lose rows could not be taken back, or nothing. Asked before it is judged."""
        ...

    def needed(self, clearance: Clearance) -> bool:
        """Whether this statement is to run in a transaction or savepoint of its own, with the calls below.

        Called for every statement just before it is sent; raises CannotRecord when that must not happen.
        """
        ...

    def ahead(self, clearance: Clearance) -> bool:
        """Whether it may be sent together with others, before those are answered, and without the calls below.

        Called in the place of ``needed``, after its verdict and before the witness's ``sending``.
        """
        ...

    @property
    def steady(self) -> bool:
        """Whether the statement that was asked about last must find what ``before`` saw, whoever commits meanwhile."""
        ...

    @property
    def pays(self) -> bool:
        """Whether ``needed`` and ``after`` put on disk what the audit log owes, before anything of it can last."""
        ...

    def committing(self) -> None:
        """COMMIT is about to be sent for a transaction that somebody else opened; raises CannotRecord."""
        ...

    def settle(self, outcome: Outcome | None = None) -> None:
        """After each statement: such a transaction may be over, with this outcome where it is known; never raises."""
        ...

    def before(self, connection: Connection, clearance: Clearance) -> None:
        """Inside the transaction, nothing sent yet: keep what the statement will change."""
        ...

    def after(self, connection: Connection, clearance: Clearance, summary: Summary) -> None:
        """Inside the transaction, the statement done and found within its limits, COMMIT not sent yet."""
        ...

    def ended(self, outcome: Outcome) -> None:
        """The transaction or savepoint is over."""
        ...


class NoKeeper:
    """Keeps nothing."""

    steady = False
    pays = False

    def ahead(self, clearance: Clearance) -> bool:
        """Always."""
        del clearance
        return True

    def needed(self, clearance: Clearance) -> bool:
        """Never."""
        del clearance
        return False

    def no_undo(self, statement: Statement) -> str:
        """Nothing is promised."""
        del statement
        return ""

    def committing(self) -> None:
        """Nothing."""

    def settle(self, outcome: Outcome | None = None) -> None:
        """Nothing."""

    def before(self, connection: Connection, clearance: Clearance) -> None:
        """Nothing."""

    def after(self, connection: Connection, clearance: Clearance, summary: Summary) -> None:
        """Nothing."""

    def ended(self, outcome: Outcome) -> None:
        """Nothing."""
