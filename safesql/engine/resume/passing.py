"""What is over is passed over, and the session is made what that had made it: the port of a resumed run."""

from __future__ import annotations

from collections import deque

from safesql.backends.contract import Transaction
from safesql.engine.answers import Answers
from safesql.engine.resume.follow import Following
from safesql.engine.resume.replay import Needs
from safesql.engine.resume.survey import Kept
from safesql.engine.session import Session
from safesql.engine.submit import submit
from safesql.engine.walk import Say, Walk
from safesql.errors import Refused, SafesqlError
from safesql.guard.effect import Effect, Reach
from safesql.guard.memory import Memory
from safesql.guard.segments.bond import Bond, bond
from safesql.result import Result
from safesql.slotted import dataclass, field
from safesql.sql.statement import Statement
from safesql.store.ledger.entry import Sign
from safesql.store.ledger.ledger import Ledger

MANY = 1000                # statements of transaction control that may wait until one of them is needed


@dataclass(slots=True)
class Passing:
    """Passes over ``settled`` statements; those that ``needs`` names are sent again, quietly.

    BEGIN, SAVEPOINT and their ends are sent again only around something that is: what was rolled back then is so again.
    """

    settled: int
    needs: Needs
    ledger: Ledger
    following: Following | None = None
    changed: bool = False
    chained: bool = False                       # whether the script goes on inside a transaction that is to be opened
    answers: Answers = field(default_factory=Answers)
    _session: Session | None = None
    _walk: Walk | None = None
    _kept: Kept | None = None
    _memory: Memory = field(default_factory=Memory)
    _waiting: deque[Statement] = field(default_factory=deque)
    _inside: bool = False                       # whether a transaction of the script was sent again and is open
    _spoilt: bool = False                       # whether something failed in it, so that its COMMIT took it back
    _says: tuple[Say, Walk] | None = None
    _arrived: bool = False

    def begin(self, session: Session, walk: Walk) -> None:
        """From here on, nothing is said until there is something to be sent."""
        self._session, self._walk = session, walk
        if self.following is not None:
            self.following.variables = walk.variables
        self._kept = Kept(self.ledger.entries(), walk.variables)
        if self.settled:
            self._says = walk.say, walk
            walk.say = lambda _name, _text: None

    def over(self, statement: Statement, number: int) -> bool:
        """Pass over it, or arrive."""
        if number > self.settled or self._session is None or self._kept is None:
            self._arrive()
            return False
        entry = self._kept.entry(number)
        effect = self._session.looked_up(statement, self._memory).effect
        self._memory = self._memory.after(effect)
        if entry is not None and entry.sign is Sign.DONE:
            self._pass(statement, number, effect)
        else:
            self._spoilt = True
        if number == self.settled:
            self._kept.entry(number)
        return True

    def _pass(self, statement: Statement, number: int, effect: Effect) -> None:
        """One that was done: again, or not."""
        kind = bond(effect, statement)
        if effect.reach is Reach.TRANSACTION:
            self._control(statement, kind)
        elif self.needs.wants(number, effect):
            while self._waiting:
                self._send(self._waiting.popleft())
                self._inside = True
            self._send(statement)
        elif kind is Bond.BREAKS:
            self._end()

    def _control(self, statement: Statement, kind: Bond) -> None:
        """BEGIN and what is inside wait; an end sends nothing where nothing was sent."""
        if kind in (Bond.COMMITS, Bond.UNDOES):
            self._end(statement)
            return
        if kind is Bond.OPENS:
            self._end()
            self._spoilt = False
        if self._inside or len(self._waiting) > MANY:
            self._send(statement)
        else:
            self._waiting.append(statement)

    def _end(self, statement: Statement | None = None) -> None:
        """The end of a transaction, by this statement or by the server itself."""
        self._waiting.clear()
        inside, self._inside = self._inside, False
        if not inside or self._session is None:
            return
        if self._session.connection.transaction is Transaction.NONE:
            return
        if statement is None:
            self._session.connection.commit()
        elif self._spoilt and self._session.connection.dialect.name == "postgres":
            self._session.connection.rollback()
        else:
            self._send(statement)

    def _send(self, statement: Statement) -> None:
        """By the road of all statements, with nothing shown."""
        if self._session is None:
            raise AssertionError("a statement before the run has begun")
        try:
            submit(self._session, statement, _unseen, self.answers)
        except SafesqlError as error:
            place = statement.place
            raise Refused(
                f"{place.source}:{place.line}: the session cannot be made what it was: {error}. Nothing else was sent; "
                "put what is left into a script of its own with what it needs"
            ) from error

    def _arrive(self) -> None:
        """The first statement that is to be sent comes next."""
        if self._arrived or self._session is None:
            return
        self._arrived = True
        connection = self._session.connection
        if self._inside and connection.transaction is not Transaction.NONE:
            connection.commit()                    # of what only the session sees
        for waiting in self._waiting if not self.chained else ():
            if bond(self._session.judge(waiting).effect, waiting) is not Bond.OPENS:
                self._send(waiting)                # SET TRANSACTION is for the next transaction
        if self.chained:
            connection.begin()
        if self._says is not None:
            say, walk = self._says
            walk.say = say


def _unseen(result: Result) -> int:
    """Read all rows and show none."""
    for _ in result:
        pass
    return 0
