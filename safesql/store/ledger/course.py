"""How far a run came, from the lines of its ledger in order."""

from __future__ import annotations

from collections.abc import Iterable

from safesql.slotted import dataclass, field
from safesql.store.ledger.entry import After, Entry, Sign


@dataclass(slots=True)
class Course:
    """Changes as lines are read; statements 1 to ``settled`` are over, whatever becomes of those behind them."""

    run: Entry | None = None
    settled: int = 0
    begun: int = 0                     # the first statement of the transaction that is open, 0 where none is
    chained: bool = False              # whether the transaction that is open needs no statement to begin it
    last: int = 0                      # the last statement that was done or failed
    sent: int = 0                      # the last one that was sent of those that started together, in turn
    started: list[Entry] = field(default_factory=list)      # statements that may last, and whose end is not known
    witness: dict[str, str] = field(default_factory=dict)
    mark: str = ""                     # what the server knows the last commit of this run by
    failed: Entry | None = None        # what the run stopped at
    complete: bool = False
    stopped: bool = False

    @property
    def doubtful(self) -> Entry | None:
        """The first statement that may have been done or not."""
        return self.started[0] if self.started else None

    def narrowed(self) -> Course:
        """Where statements were to be sent in turn, only the first can have been, as long as no line was lost."""
        if all(entry.told.get("turn") for entry in self.started):
            self.started = [entry for entry in self.started[:1] if entry.number <= self.sent]
        return self

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
            case Sign.STARTED | Sign.WITNESS | Sign.NOT_RUN:
                self._started(entry)
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
            case Sign.SENT:
                self.sent = entry.number
            case Sign.SET:
                pass

    def _begins(self, entry: Entry) -> None:
        """A run begins, or goes on where the one before came to: what that left open is rolled back."""
        self.run, self.begun, self.complete, self.stopped, self.sent = entry, 0, False, False, 0
        self.settled, self.chained = int(entry.told.get("settled", 0)), bool(entry.told.get("chained"))
        self.last = int(entry.told.get("last", 0))
        self.mark, self.failed, self.started = entry.mark, None, []

    def _started(self, entry: Entry) -> None:
        """What is about to be sent, or was and is known not to have been done."""
        if entry.sign is Sign.STARTED:
            self.started.append(entry)
            self.witness = {}
        elif entry.sign is Sign.WITNESS:
            self.witness = {name: str(value) for name, value in entry.told.items()}
        else:
            self.started = [each for each in self.started if each.number != entry.number]

    def _done(self, entry: Entry) -> None:
        """A statement was executed."""
        self._over(entry.number)
        self.failed = None
        self.last, self.mark = entry.number, entry.mark or self.mark
        self._moved(entry, entry.number)

    def _failed(self, entry: Entry) -> None:
        """A statement failed; the run went on behind it, or stopped to repeat it."""
        self._over(entry.number)
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
        """What became of the statements in doubt was found out: ``entry`` has the number of the last that was done."""
        done = next((each for each in reversed(self.started) if each.number == entry.number), None)
        self.chained = done is not None and done.after is After.CHAINED
        if done is not None:
            self.settled = done.number - (done.after is After.ANEW)
        self.started, self.witness, self.begun = [], {}, 0

    def _over(self, number: int) -> None:
        """A statement that had started is at its end."""
        if self.started:
            self.started = [each for each in self.started if each.number > number]
            self.witness = {}
