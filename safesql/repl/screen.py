"""Output of one input: straight to the terminal while it fits, through the pager as soon as it does not."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO

from safesql.errors import SafesqlError
from safesql.formats.width import width
from safesql.repl.pager import LESS, browses_tables, pager_environment, pager_words
from safesql.slotted import dataclass, field


class PagerClosed(SafesqlError):
    """The person left the pager before the end."""


@dataclass(slots=True)
class Screen:
    """Holds back until a screen is full; ``pager`` is None where there is none or it is switched off."""

    stream: TextIO
    columns: int = 80
    rows: int = 24
    pager: tuple[str, ...] | None = None
    _held: list[str] = field(default_factory=list)
    _lines: int = 0
    _process: subprocess.Popen[str] | None = None
    closed: bool = False               # the person left the pager
    _form: str = ""                    # of the result that is being written

    def begin(self, form: str) -> None:
        """A result follows; where the pager takes a single table, what came before is shown first."""
        if browses_tables(self.pager):
            self.finish()
            self._form = form

    def end(self) -> None:
        """The result is whole; where the pager takes nothing but a table, what follows stands below it."""
        if browses_tables(self.pager):
            self.finish()
            self._form = ""

    def write(self, text: str) -> None:
        """Text that is harmless already; raises PagerClosed when nobody reads any more."""
        if self.closed:
            raise PagerClosed("the pager was left")
        if self.pager is None:
            self.stream.write(text)
            return
        if self._process is not None:
            self._pipe(text)
            return
        self._held.append(text)
        self._lines += sum(max(1, -(-width(line) // self.columns)) for line in text.splitlines())
        if self._lines >= self.rows - 1:
            self._page()

    def finish(self) -> None:
        """Show what was held, or wait until the person leaves the pager."""
        if self._process is None:
            self.stream.writelines(self._held)
            self.stream.flush()
        else:
            _wait(self._process)
        self._held.clear()
        self._lines = 0
        self._process = None

    def _page(self) -> None:
        """Start the pager and give it what was held; without one that starts, go on without."""
        try:
            words, around = pager_words(self.pager or LESS, self._form), pager_environment(os.environ)
            self._process = subprocess.Popen(words, stdin=subprocess.PIPE, text=True, env=around)  # noqa: S603 - the pager that the person chose
        except OSError:
            self.pager = None
            self.stream.writelines(self._held)
            self._held.clear()
            return
        held, self._held = "".join(self._held), []
        self._pipe(held)

    def _pipe(self, text: str) -> None:
        """To the pager, which may have been left."""
        if self._process is None or self._process.stdin is None:
            raise PagerClosed("the pager was left")
        try:
            self._process.stdin.write(text)
        except (BrokenPipeError, ValueError) as error:
            self.closed = True
            raise PagerClosed("the pager was left") from error


def pager_of(environ: Mapping[str, str]) -> tuple[str, ...]:
    """``$PAGER`` as words, without a shell, else less; nothing where it is empty or cannot be read as words."""
    try:
        words = tuple(shlex.split(environ.get("PAGER", "less")))
    except ValueError:
        return LESS
    return words


def terminal_screen(pager: bool, environ: Mapping[str, str]) -> Screen:
    """Standard output with its size now; only a terminal gets a pager."""
    if not sys.stdout.isatty():
        return Screen(sys.stdout)
    try:
        size = os.get_terminal_size(sys.stdout.fileno())
    except OSError:
        size = os.terminal_size((80, 24))
    command = pager_of(environ) if pager else ()
    return Screen(sys.stdout, size.columns or 80, size.lines or 24, command or None)


def _wait(process: subprocess.Popen[str]) -> None:
    """Until the person leaves the pager; Ctrl-C belongs to it meanwhile."""
    with _quiet_interrupts():
        try:
            if process.stdin is not None:
                process.stdin.close()
        except (BrokenPipeError, ValueError):
            pass
        process.wait()


@contextmanager
def _quiet_interrupts() -> Iterator[None]:
    """SIGINT ignored for a while, in the main thread where alone that is possible."""
    try:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    except ValueError:
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
