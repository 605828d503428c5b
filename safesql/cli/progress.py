"""A progress line on a terminal's stderr: statements, rate, megabytes of the text, time left."""

from __future__ import annotations

import sys
from time import monotonic

from safesql.slotted import dataclass, field

EVERY = 0.2        # seconds between two paintings
PATIENCE = 1.0     # seconds before the first: short scripts need no bar
WIDTH = 24         # characters of the bar


@dataclass(slots=True)
class Progress:
    """Called after each statement; paints rarely, and takes itself away before anything else is printed."""

    size: int                                          # characters or bytes of all sources, 0 when unknown
    total: int                                         # statements
    started: float = field(default_factory=monotonic)
    painted: float = 0.0
    visible: bool = False

    def __call__(self, statements: int, characters: int) -> None:
        """Paint when it is time."""
        now = monotonic()
        if now - self.started < PATIENCE or now - self.painted < EVERY:
            return
        self.painted, self.visible = now, True
        sys.stderr.write(f"\r\x1b[K{self.line(statements, characters, now - self.started)}")
        sys.stderr.flush()

    def line(self, statements: int, characters: int, seconds: float) -> str:
        """The text of the bar after so many seconds."""
        done, whole = (statements, self.total) if self.total else (characters, self.size)
        share = min(1.0, done / whole) if whole else 0.0
        rate = statements / seconds if seconds > 0 else 0.0
        left = (self.total - statements) / rate if rate and self.total else 0.0
        full = round(share * WIDTH)
        bar = "#" * full + "." * (WIDTH - full)
        read = f"{megabytes(min(characters, self.size) if self.size else characters)} of {megabytes(self.size)} MB"
        count = f"{statements:,} of {self.total:,} statements  {rate:,.0f}/s"
        return f"[{bar}] {share:4.0%}  {count}  {read}  {clock(left)} left"

    def clear(self) -> None:
        """Take the bar away."""
        if self.visible:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self.visible = False


def megabytes(size: int) -> str:
    """A size in millions, as short as it can be."""
    return f"{size / 1e6:.1f}" if size < 10_000_000 else f"{size / 1e6:,.0f}"


def clock(seconds: float) -> str:
    """Hours, minutes and seconds, as short as they can be."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
