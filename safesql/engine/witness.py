"""Who follows a run from outside: the ledger that resumes it, the stream of events for programs, a plan."""

from __future__ import annotations

from typing import Protocol

from safesql.engine.report import Report
from safesql.engine.submit import Done
from safesql.errors import SafesqlError
from safesql.sql.statement import Statement


class Witness(Protocol):
    """Told of every statement of a run; ``number`` counts the script's own statements from 1.

    ``before``, ``sending``, then ``after`` or ``failed``. Of statements that go in one round trip all ``before`` come
    first, then one ``sending``, then what became of each in its order; ``not_run`` for those behind one that failed.
    Of those that are written down together and sent in turn, ``sending`` comes before each.

    Whatever ``before`` and ``sending`` raise (a SafesqlError) ends the run, and nothing of it is sent.
    """

    def before(self, statement: Statement, number: int) -> None:
        """About to be sent."""
        ...

    def sending(self) -> None:
        """Sent next: what ``before`` wrote down is on disk when this returns, where anything sent can last."""
        ...

    def after(self, done: Done, number: int) -> None:
        """It was executed or staged; ``committed`` can be read from the session's connection."""
        ...

    def failed(self, statement: Statement, number: int, error: SafesqlError) -> None:
        """It was refused, failed, or its outcome is unknown."""
        ...

    def not_run(self, statement: Statement, number: int) -> None:
        """It was announced, and then not executed or taken back, since one sent together with it failed."""
        ...

    def ended(self, report: Report) -> None:
        """The run is over, and what was open is committed or rolled back."""
        ...


class NoWitness:
    """Nobody follows."""

    def before(self, statement: Statement, number: int) -> None:
        """Nothing to do."""

    def sending(self) -> None:
        """Nothing to do."""

    def after(self, done: Done, number: int) -> None:
        """Nothing to do."""

    def failed(self, statement: Statement, number: int, error: SafesqlError) -> None:
        """Nothing to do."""

    def not_run(self, statement: Statement, number: int) -> None:
        """Nothing to do."""

    def ended(self, report: Report) -> None:
        """Nothing to do."""


class Witnesses:
    """Several, told in their order."""

    def __init__(self, *all_of_them: Witness) -> None:
        self._all = all_of_them

    def before(self, statement: Statement, number: int) -> None:
        """Tell all, the first that raises ends it."""
        for witness in self._all:
            witness.before(statement, number)

    def sending(self) -> None:
        """Tell all, the first that raises ends it."""
        for witness in self._all:
            witness.sending()

    def after(self, done: Done, number: int) -> None:
        """Tell all."""
        for witness in self._all:
            witness.after(done, number)

    def failed(self, statement: Statement, number: int, error: SafesqlError) -> None:
        """Tell all."""
        for witness in self._all:
            witness.failed(statement, number, error)

    def not_run(self, statement: Statement, number: int) -> None:
        """Tell all."""
        for witness in self._all:
            witness.not_run(statement, number)

    def ended(self, report: Report) -> None:
        """Tell all."""
        for witness in self._all:
            witness.ended(report)
