"""A thread for the driver's blocking calls, so that Ctrl-C reaches the caller, who can then cancel on the server.

A driver that is interrupted inside its own read drops the connection, and the server goes on and commits.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any, Generic, TypeVar

T = TypeVar("T")

GRACE = 10.0
"""Seconds a call may take to end once it was cancelled."""


class Stopped(Exception):
    """The wait for a call was interrupted and the call was cancelled.

    ``interruption`` is what interrupted; ``error`` what the call raised then, None when it had finished;
    ``ended`` is False when it did not end in time, so that the connection cannot be used any more.
    """

    def __init__(self, interruption: BaseException, error: BaseException | None, *, ended: bool) -> None:
        super().__init__()
        self.interruption = interruption
        self.error = error
        self.ended = ended


class _Call(Generic[T]):
    """One call and what became of it."""

    def __init__(self, work: Callable[[], T]) -> None:
        self.work = work
        self.done = Event()
        self.value: T | None = None
        self.error: BaseException | None = None

    def __call__(self) -> None:
        """Do it, in the worker's thread."""
        try:
            self.value = self.work()
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits
            self.error = error
        self.done.set()


class Worker:
    """One thread that makes calls in turn; it ends with ``stop`` or with the process."""

    def __init__(self, name: str) -> None:
        self._calls: SimpleQueue[_Call[Any] | None] = SimpleQueue()
        self._thread = Thread(target=self._serve, name=name, daemon=True)
        self._thread.start()

    def run(self, work: Callable[[], T], cancel: Callable[[], None]) -> T:
        """Make a call and wait for it; when the wait is interrupted, cancel, wait for the end and raise Stopped."""
        call = _Call(work)
        self._calls.put(call)
        try:
            call.done.wait()
        except BaseException as interruption:
            raise self._stopped(call, interruption, cancel) from interruption
        if call.error is not None:
            raise call.error
        return call.value  # type: ignore[return-value]  # set whenever there is no error

    def stop(self) -> None:
        """Let the thread end after the calls it already has."""
        self._calls.put(None)

    @staticmethod
    def _stopped(call: _Call[T], interruption: BaseException, cancel: Callable[[], None]) -> Stopped:
        """Cancel and wait; a second interruption gives up at once."""
        with suppress(KeyboardInterrupt):
            cancel()
            call.done.wait(GRACE)
        return Stopped(interruption, call.error, ended=call.done.is_set())

    def _serve(self) -> None:
        """The thread: calls in turn."""
        while (call := self._calls.get()) is not None:
            call()
            del call            # holds rows, which the caller may have dropped long ago
