"""Looks at statements that take long: a blocker can be named while it blocks, and that is over with the failure."""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition, Thread
from time import monotonic

from safesql.slotted import dataclass, field

REST = 30.0               # seconds between two looks at a statement that runs for long
IDLE = 60.0               # seconds without a statement after which the thread ends; the next statement starts another


@dataclass(slots=True)
class Watcher:
    """``ask`` is called in a thread of its own, again and again, while a statement runs longer than ``delay`` seconds.

    It may take its time and must not raise. The last answer that was not empty is what ``stop`` returns.
    """

    delay: float
    ask: Callable[[], tuple[str, ...]]
    _turn: int = 0                     # odd while a statement runs
    _since: float = 0.0
    _found: tuple[str, ...] = ()
    _changed: Condition = field(default_factory=Condition)
    _thread: Thread | None = None

    def start(self) -> None:
        """A statement is about to be sent."""
        with self._changed:
            self._turn += 1
            self._since, self._found = monotonic(), ()
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._watch, name="safesql blockers", daemon=True)
                self._thread.start()
            else:
                self._changed.notify()

    def stop(self) -> tuple[str, ...]:
        """It has ended; what was found while it ran."""
        with self._changed:
            self._turn += 1
            return self._found

    def _watch(self) -> None:
        """Until nothing runs for a while."""
        pause, watched = self.delay, 0
        while True:
            with self._changed:
                while not self._turn % 2:
                    if not self._changed.wait(IDLE):
                        self._thread = None
                        return
                turn, rest = self._turn, self._since + self.delay - monotonic()
                if rest > 0:
                    self._changed.wait(rest)
                    continue
                pause, watched = (pause if turn == watched else self.delay), turn
            found = self.ask()
            with self._changed:
                if self._turn == turn:
                    self._found = found or self._found
                    self._since, pause = monotonic() + pause - self.delay, min(2 * pause, REST)
