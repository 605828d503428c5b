"""The terminal of one shell: the screen of the current input, remarks in order with it, and the question line."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import TextIO

from safesql.commands.shell import View
from safesql.engine.coming_on import ComingOn
from safesql.formats.visible import visible
from safesql.repl.busy import Busy
from safesql.repl.screen import PagerClosed, Screen
from safesql.slotted import dataclass, field

_RED, _BOLD, _PLAIN = "\x1b[31m", "\x1b[1m", "\x1b[0m"
_ALARMS = ("error:", "refused:", "BLOCK", "TYPE", "CONFIRM", "interrupted")


@dataclass(slots=True)
class Terminal:
    """``opened`` makes the screen of one input, with the size that the terminal has then."""

    view: View
    opened: Callable[[], Screen]
    read: Callable[[str], str | None]      # one answer, neither typed ahead nor pasted
    errors: TextIO
    _busy: Busy | None = None
    _screen: Screen | None = field(default=None)

    @property
    def screen(self) -> Screen:
        """The screen of this input."""
        self._hold()
        if self._screen is None:
            self._screen = self.opened()
        return self._screen

    def page(self, text: str) -> None:
        """Text that may be long; when the person left the pager the rest is dropped."""
        with suppress(PagerClosed):
            self.screen.write(visible(text, keep="\n\t"))

    def say(self, sentence: str) -> None:
        """A remark: on a terminal below what is shown already, else on stderr, so that data stays data."""
        if self.screen.closed:
            self.finish()                   # what is said now is no part of what the pager was left for
        if self.screen.stream.isatty():
            self.page(sentence + "\n")
        else:
            self._stderr(visible(sentence, keep="\n"))

    def alarm(self, line: str) -> None:
        """What must be seen, at once, and not inside a pager."""
        shown = visible(line, keep="\n")
        if self.view.color and line.startswith(_ALARMS):
            word, _, rest = shown.partition(" ")
            shown = f"{_RED}{_BOLD}{word}{_PLAIN} {rest}"
        self._stderr(shown)

    def ask(self, message: str) -> str | None:
        """One answer; everything that was to be shown is shown first."""
        self.finish()
        self._hold()
        answer = self.read(message)
        if self._busy is not None:
            self._busy.go_on()
        return answer

    def announce(self, line: str) -> None:
        """A line of a question."""
        self.finish()
        self.alarm(line)

    def working(self, coming_on: ComingOn | None) -> AbstractContextManager[None]:
        """Around a statement: on a terminal it is shown that it runs, and how far it is, until something else is."""
        if not self.errors.isatty():
            return nullcontext()
        self._busy = Busy(self.errors, spins=not self.view.plain)
        if coming_on is not None:
            self._busy.told, self._busy.close = coming_on.told, coming_on.close
        return self._busy.running(self.view.bell)

    def _hold(self) -> None:
        if self._busy is not None:
            self._busy.hold()

    def finish(self) -> None:
        """The end of an input: show what was held, wait for the pager."""
        screen, self._screen = self._screen, None
        if screen is not None:
            screen.finish()

    def _stderr(self, line: str) -> None:
        """One line; a closed stderr is no reason to fail."""
        self._hold()
        with suppress(OSError, ValueError):
            self.errors.write(line + "\n")
            self.errors.flush()
