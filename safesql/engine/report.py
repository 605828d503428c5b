"""What became of a run: what ran, what it touched, what stays, what did not run; and the exit code that says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from safesql.errors import ConnectionLost, Drift, OutcomeUnknown, SafesqlError, StatementFailed
from safesql.slotted import dataclass, field
from safesql.sql.statement import Statement


@dataclass(frozen=True, slots=True)
class Failure:
    """One statement that the server refused."""

    statement: Statement
    error: StatementFailed


@dataclass(slots=True)
class Report:
    """Filled while a run goes on; ``end`` is what stopped it, if anything did."""

    total: int
    started: float
    atomic: bool = False
    ran: int = 0
    passed: int = 0                # statements that an earlier run had done, and this one passed over
    unknown: int = 0               # statements that were sent and never answered, and may have been committed
    staged: int = 0
    touched: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    end: SafesqlError | None = None
    pending: bool = False          # changes inside the open transaction
    committed: bool = False        # changes that stay
    lasting: dict[str, None] = field(default_factory=dict)     # tables without transactions, written to inside of one
    rolled_back: bool = False
    seconds: float = 0.0

    @property
    def stays(self) -> bool:
        """Whether anything of this run stays."""
        return self.committed or bool(self.lasting)

    @property
    def in_doubt(self) -> bool:
        """Whether changes hang on a COMMIT that was sent and never answered."""
        return self.pending and not self.rolled_back and isinstance(self.end, OutcomeUnknown)

    @property
    def not_run(self) -> int:
        """Statements that were never sent, or not completed for another reason than the server's no."""
        known = self.passed + self.ran + len(self.failures) + self.unknown + isinstance(self.end, Drift)
        return max(0, self.total - known)

    @property
    def exit_code(self) -> int:
        """As the contract of the command line has it."""
        failed = 4 if self.stays else 1
        if self.end is None:
            return failed if self.failures else 0
        if isinstance(self.end, StatementFailed | ConnectionLost) and self.end.exit_code == 1:
            return failed
        if self.end.exit_code == 3 and self.stays:
            return 4
        return self.end.exit_code

    def lines(self) -> Iterator[str]:
        """Sentences for people, in the order of interest."""
        yield f"ran {self.ran} of {self.total} statements in {self.seconds:.1f} s"
        if self.passed:
            yield f"{self.passed} had been done by an earlier run"
        if self.staged:
            yield f"{self.staged} written to the review file instead of being executed"
        for what, rows in self.touched.most_common(20):
            yield f"{what}: {rows:,} rows"
        if len(self.touched) > 20:
            yield f"and {len(self.touched) - 20} further tables"
        if self.failures:
            yield f"{len(self.failures)} failed"
        if self.unknown:
            yield f"{self.unknown} may or may not have been committed"
        if self.not_run:
            yield f"{self.not_run} did not run"
        yield from self._fate()

    def _fate(self) -> Iterator[str]:
        """What stays."""
        if self.rolled_back:
            yield "the open transaction was rolled back"
        if self.in_doubt:
            yield "what ran in the transaction stays if the server took its COMMIT, and is rolled back if not"
            if self.committed:
                yield "what was committed before it stays"
        if self.lasting and (self.end or self.failures):
            yield f"what was written to {', '.join(self.lasting)} stays, for that has no transactions"
        if self.in_doubt:
            return
        if self.committed and (self.end or self.failures):
            yield "what ran before the failure is committed and stays"
        elif not self.lasting and (self.end or self.failures) and not isinstance(self.end, OutcomeUnknown):
            yield "nothing of this run stays committed"
