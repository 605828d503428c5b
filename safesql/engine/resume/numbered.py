"""Before a COMMIT the number of its transaction is on disk, so that a server that has them can be asked what became.

A statement that stands alone on PostgreSQL gets a transaction of its own for that, where the server is near.
"""

from __future__ import annotations

from safesql.backends.contract import Connection, Transaction
from safesql.engine.keeper import Keeper, Outcome
from safesql.engine.resume.follow import Following
from safesql.guard.effect import Effect, Reach
from safesql.guard.segments.bond import Bond, bond
from safesql.guard.verdict import Clearance
from safesql.result import Summary
from safesql.rewrite.images.settled import number_now
from safesql.slotted import dataclass, field
from safesql.sql.dialect import Family
from safesql.sql.statement import Statement

DEFINES = ("CREATE", "ALTER", "DROP", "COMMENT", "GRANT", "REVOKE")
"""Definitions of PostgreSQL that mean the same in a transaction block."""


@dataclass(slots=True)
class Numbered:
    """Stands before another keeper, which hears everything it would hear without; ``near`` says what time allows."""

    inner: Keeper
    following: Following
    near: bool
    _inner_needed: bool = False
    _own: bool = False                  # whether the statement that runs gets a transaction of its own
    _effect: Effect | None = field(default=None)

    def no_undo(self, statement: Statement) -> str:
        """The other's answer."""
        return self.inner.no_undo(statement)

    @property
    def steady(self) -> bool:
        """Only the other one counts what is there before."""
        return self._inner_needed and self.inner.steady

    @property
    def pays(self) -> bool:
        """With the ledger's own lines: before the statement is sent, or before its own transaction is committed."""
        return True

    def needed(self, clearance: Clearance) -> bool:
        """Write down what is about to be sent; True for what is to run in a transaction of its own."""
        needed = self._noted(clearance)
        if not self._own or clearance.statement.dialect.family is Family.MYSQL:  # tables without transactions
            self.following.session.audit.pay()
        return needed

    def _noted(self, clearance: Clearance) -> bool:
        """The same, but for what the audit log owes."""
        self._inner_needed = self.inner.needed(clearance)
        one = self.following.looked_at(clearance)
        self._effect = clearance.verdict.effect
        idle = self.following.session.connection.transaction is Transaction.NONE
        wraps = one is not None and one.lasts and idle and self._wraps(clearance)
        self._own = idle and (wraps or self._inner_needed)
        if one is None or not one.lasts or one.written:
            self._own = self._own and one is not None and not one.written
            return self._inner_needed or wraps
        if not self._own:
            self.following.start(one, self._witness(), self._effect)
            self.following.sync()
        return self._inner_needed or wraps

    def ahead(self, clearance: Clearance) -> bool:
        """Not where each statement gets its own transaction, and not what is written down before it alone is sent."""
        if not self.inner.ahead(clearance):
            return False
        one = self.following.looked_at(clearance)
        if one is None or one.statement.command is not None:
            return False
        idle = self.following.session.connection.transaction is Transaction.NONE
        if one.lasts and (not idle or self._wraps(clearance)):
            return False
        self.following.ahead(one)
        return True

    def before(self, connection: Connection, clearance: Clearance) -> None:
        """The other's part."""
        if self._inner_needed:
            self.inner.before(connection, clearance)

    def after(self, connection: Connection, clearance: Clearance, summary: Summary) -> None:
        """The statement is done, and its own transaction about to be committed."""
        if self._inner_needed:
            self.inner.after(connection, clearance, summary)
        one = self.following.current
        if self._own and one is not None:
            self.following.start(one, self._witness(), self._effect)
            self.following.sync()

    def ended(self, outcome: Outcome) -> None:
        """The other's part."""
        if self._inner_needed:
            self.inner.ended(outcome)

    def committing(self) -> None:
        """COMMIT is about to be sent by safesql itself."""
        self.inner.committing()
        self.following.committing(self._witness())

    def settle(self, outcome: Outcome | None = None) -> None:
        """The other's part."""
        self.inner.settle(outcome)

    def _wraps(self, clearance: Clearance) -> bool:
        """Whether a statement means the same in a transaction of its own, and is worth that."""
        effect, statement = clearance.verdict.effect, clearance.statement
        if not self.near or statement.dialect.family is not Family.POSTGRES or statement.command is not None:
            return False
        if bond(effect, statement) is not Bond.INSIDE:
            return False
        return effect.reach is Reach.ROWS or (effect.reach is Reach.SCHEMA and effect.verb.startswith(DEFINES))

    def _witness(self) -> dict[str, str]:
        """The number of the open transaction, where it has one."""
        connection = self.following.session.connection
        probe = number_now(connection.dialect)
        if probe is None or connection.transaction is not Transaction.OPEN:
            return {}
        row = next(iter(connection.fetch(probe).rows()))
        return {"xid": str(row[0])} if row[0] is not None else {"xid": ""}
