"""How far a run came, from the lines of its ledger in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from safesql.store.ledger.entry import After, Entry, Sign


@dataclass(slots=True)
class Course:
    """Changes as lines are read; statements 1 to ``settled`` are over, whatever becomes of those behind them."""

    run: Entry | None = None
    settled: int = 0
    begun: int = 0                     # the first statement of the transaction that is open, 0 where none is
    chained: bool = False              # whether the transaction that is open needs no statement to begin it
    last: int = 0                      # the last statement that was done or failed
    doubtful: Entry | None = None      # a statement that may last, and whose end is not known
    witness: dict[str, str] = field(default_factory=dict)
    mark: str = ""                     # what the server knows the last commit of this run by
    failed: Entry | None = None        # what the run stopped at
    complete: bool = False
    stopped: bool = False

    def read(self, entries: Iterable[Entry]) -> Course:
        """Take all of them; returns itself."""
        for entry in entries:
            self.take(entry)
        return self

    def take(self, entry: Entry) -> None:
        """One line further."""
        match entry.sign:
            case Sign.RUN:
                self._begins(entry)
            case Sign.STARTED:
                self.doubtful, self.witness = entry, {}
            case Sign.WITNESS:
                self.witness = {name: str(value) for name, value in entry.told.items()}
            case Sign.DONE:
                self._done(entry)
            case Sign.FAILED:
                self._failed(entry)
            case Sign.SETTLED:
                self._settled(entry)
            case Sign.COMPLETE:
                self.complete = True
            case Sign.STOPPED:
                self.stopped, self.begun, self.chained = True, 0, False
            case Sign.SET:
                pass

    def _begins(self, entry: Entry) -> None:
        """A run begins, or goes on where the one before came to: what that left open is rolled back."""
        self.run, self.begun, self.complete, self.stopped = entry, 0, False, False
        self.settled, self.chained = int(entry.told.get("settled", 0)), bool(entry.told.get("chained"))
        self.mark, self.failed = entry.mark, None

    def _done(self, entry: Entry) -> None:
        """A statement was executed."""
        self.doubtful, self.witness, self.failed = None, {}, None
        self.last, self.mark = entry.number, entry.mark or self.mark
        self._moved(entry, entry.number)

    def _failed(self, entry: Entry) -> None:
        """A statement failed; the run went on behind it, or stopped to repeat it."""
        self.doubtful, self.witness = None, {}
        self.last = entry.number
        self.failed = entry if entry.again else None
        if entry.again and entry.after in (After.IDLE, After.OPEN):
            return                     # alone it left nothing; what was open goes with it
        self._moved(entry, entry.number - entry.again)

    def _moved(self, entry: Entry, over: int) -> None:
        """By what the transaction is afterwards."""
        match entry.after:
            case After.IDLE | After.KEPT:
                self.settled, self.begun, self.chained = over, 0, False
            case After.OPEN:
                self.begun = self.begun or entry.number
            case After.ANEW:
                self.settled, self.begun, self.chained = entry.number - 1, entry.number, False
            case After.CHAINED:
                self.settled, self.begun, self.chained = entry.number, entry.number + 1, True

    def _settled(self, entry: Entry) -> None:
        """What became of the doubtful statement was found out: nothing, or all of it with what was open before."""
        if entry.told.get("outcome") == "committed" and self.doubtful is not None:
            again = self.doubtful.after is After.ANEW
            self.chained = self.doubtful.after is After.CHAINED
            self.settled = self.doubtful.number - again
        else:
            self.chained = False
        self.doubtful, self.witness, self.begun = None, {}, 0
