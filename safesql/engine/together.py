r"""Statements that psql joins by ``\;`` into one message: all of them happen, or none, as the server does it then."""

from __future__ import annotations

from safesql.backends.contract import Transaction
from safesql.engine.keeper import Outcome
from safesql.engine.session import Session
from safesql.guard.effect import Reach
from safesql.guard.verdict import Verdict
from safesql.slotted import dataclass
from safesql.sql.statement import Ending, Statement


@dataclass(slots=True)
class Together:
    """Opens a transaction before the first of them where none is open, and commits after the last."""

    session: Session
    _open: bool = False

    def before(self, statement: Statement) -> None:
        """Before a statement is sent."""
        if not statement.joined:
            self.end()
        if statement.ending is Ending.JOINED and self.session.connection.transaction is Transaction.NONE:
            self.session.connection.begin()
            self._open = True

    def after(self, statement: Statement, verdict: Verdict) -> None:
        """After it was executed: one that begins or ends a transaction itself has taken over."""
        if verdict.effect.reach is Reach.TRANSACTION:
            self._open = False
        if statement.ending is not Ending.JOINED:
            self.end()

    def end(self) -> None:
        """Commit, when that is left to do; all intents are on disk before anything of them lasts."""
        if self._open and self.session.connection.transaction is not Transaction.NONE:
            self.session.audit.flush()
            self.session.keeper.committing()
            self.session.connection.commit()
            self.session.keeper.settle(Outcome.COMMITTED)
        self._open = False

    def failed(self) -> None:
        """One of them failed, so none of them happens."""
        if self._open:
            self.session.connection.rollback()
            self.session.keeper.settle(Outcome.ROLLED_BACK)
        self._open = False
