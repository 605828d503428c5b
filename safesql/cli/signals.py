"""What Ctrl-C and SIGTERM may do while statements run: stop between them, and never come before the report."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from safesql.slotted import dataclass, field


@dataclass(slots=True)
class _Stop:
    """SIGTERM, remembered until the statement that is running has ended."""

    asked: bool = field(default=False)

    def __call__(self) -> bool:
        return self.asked

    def ask(self, _number: int, _frame: FrameType | None) -> None:
        """The signal handler."""
        self.asked = True


@contextmanager
def terminable() -> Iterator[_Stop]:
    """SIGTERM stops after the current statement; signals exist only in the main thread."""
    stop = _Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = signal.signal(signal.SIGTERM, stop.ask)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl-C waits until this is over: what a run came to is written down and told first.

    The handler notes it, since a mask would not do: a signal that another thread takes is handled in the main one.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    noted: list[bool] = []
    before = signal.signal(signal.SIGINT, lambda *_: noted.append(True))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if noted and callable(before):
            before(signal.SIGINT, None)
