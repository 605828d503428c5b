"""A line on a terminal while a statement takes long: that it runs, how long and how far; a bell when it has ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread
from time import monotonic
from typing import TextIO

from safesql.formats.visible import visible
from safesql.slotted import dataclass, field

PATIENCE = 1.0             # seconds before the first painting
EVERY = 0.2                # seconds between two
ASKED = 5                  # paintings between two questions to a server
FRAMES = "|/-\\"
_CLEAR, _BELL = "\r\x1b[K", "\a"


@dataclass(slots=True)
class Busy:
    """Paints from a thread of its own; while it is held it does not, so that nothing is written into what is shown.

    ``spins`` is False where only the bell is wanted, as with a screen reader. ``told`` is asked in that thread, from
    time to time, for what a server says of the statement, and ``close`` is called in it at the end.
    """

    stream: TextIO
    spins: bool = True
    told: Callable[[], str] = str
    close: Callable[[], None] = lambda: None
    clock: Callable[[], float] = monotonic
    _since: float = 0.0
    _held: bool = False
    _painted: bool = False
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def running(self, bell: float | None = None) -> Iterator[None]:
        """Around one statement; ``bell`` are the seconds after which its end rings."""
        ended = Event()
        self._since, self._held = self.clock(), False
        if self.spins:
            Thread(target=self._paint, args=(ended,), name="busy", daemon=True).start()
        try:
            yield
        finally:
            ended.set()
            self.hold()
            if bell is not None and self.clock() - self._since >= bell:
                self._write(_BELL)

    def hold(self) -> None:
        """Something else is to be written: take the line away, and paint no more."""
        with self._lock:
            self._held = True
            if self._painted:
                self._painted = False
                self._write(_CLEAR)

    def go_on(self) -> None:
        """A question was answered: the time that the person took is not the statement's."""
        with self._lock:
            self._since, self._held = self.clock(), False

    def _paint(self, ended: Event) -> None:
        turn, far = 0, ""
        while not ended.wait(EVERY):
            seconds = self.clock() - self._since
            if self._held or seconds < PATIENCE:
                continue
            if turn % ASKED == 0:
                far = visible(self.told())
            turn += 1
            with self._lock:
                if self._held or ended.is_set():
                    continue
                self._painted = True
                line = "  ".join(filter(None, (FRAMES[turn % len(FRAMES)], elapsed(seconds), far, "Ctrl-C stops it")))
                self._write(_CLEAR + line)
        self.close()

    def _write(self, text: str) -> None:
        with suppress(OSError, ValueError):                  # a terminal that is gone
            self.stream.write(text)
            self.stream.flush()


def elapsed(seconds: float) -> str:
    """``7 s``, ``2:05``, ``1:02:05``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02}:{rest:02}"
    return f"{minutes}:{rest:02}" if minutes else f"{rest} s"
