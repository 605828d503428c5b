"""A person at a terminal: types with pauses, looks at the screen; the real program on a real pty."""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

import pexpect
import pyte
import pytest

ROOT = Path(__file__).parent.parent.parent
ENTER, CTRL_C, CTRL_D, F4, ESCAPE = "\r", "\x03", "\x04", "\x1bOS", "\x1b"
PATIENCE = 30.0            # seconds; a loaded machine is slow, a right answer is not


class Person:
    """``sees`` waits for a text on the screen; everything else is keys."""

    def __init__(self, process: Any, rows: int, columns: int) -> None:
        self.process = process
        self.painted = b""                 # all that has reached the terminal
        self.screen = pyte.HistoryScreen(columns, rows, history=5000)
        self._stream = pyte.ByteStream(self.screen)

    @property
    def text(self) -> str:
        """What stands on the screen, and what has scrolled off above it."""
        above = ["".join(line[at].data for at in range(self.screen.columns)) for line in self.screen.history.top]
        return "\n".join(line.rstrip() for line in [*above, *self.screen.display]).rstrip()

    @property
    def last_line(self) -> str:
        """The toolbar, where a prompt is open."""
        return str(self.screen.display[-1])

    def looks(self, seconds: float = 0.05) -> bytes:
        """Take in what was painted, and return it."""
        taken = b""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                painted = self.process.read_nonblocking(65536, timeout=0.05)
            except pexpect.TIMEOUT:
                continue
            except pexpect.EOF:
                return taken
            taken += painted
            self.painted += painted
            self._stream.feed(painted)
            if b"\x1b[6n" in painted:
                self.process.send(f"\x1b[{self.screen.cursor.y + 1};{self.screen.cursor.x + 1}R")
        return taken

    def sees(self, text: str, times: int = 1) -> None:
        """Wait until the text stands there so many times; fail with the screen when it does not."""
        end = time.monotonic() + PATIENCE
        while self.text.count(text) < times:
            assert time.monotonic() < end, f"{text!r} is not on the screen {times} times:\n{self.text}"
            self.looks()

    def types(self, keys: str) -> None:
        """Keys, as fast as a terminal sends them."""
        self.process.send(keys)

    def runs(self, line: str) -> None:
        """Type a line at an open prompt and press Enter when it stands there."""
        self.types(line)
        self.sees(line.split("\n", 1)[0][:40])
        self.types(ENTER)

    def answers(self, line: str) -> None:
        """Answer a question: read it first, which takes longer than the time in which nobody is listened to."""
        self.sees("answer>")
        self.looks(0.6)
        self.types(line)
        self.looks(0.2)
        self.types(ENTER)

    def leaves(self) -> int:
        """Wait for the end; the exit code."""
        end = time.monotonic() + PATIENCE
        while self.process.isalive():
            assert time.monotonic() < end, f"it does not end:\n{self.text}"
            self.looks()
        return int(self.process.exitstatus if self.process.exitstatus is not None else -1)


@contextmanager
def person(home: Path, *words: str, size: tuple[int, int] = (24, 80), **environ: str) -> Iterator[Person]:
    """Start safesql in a terminal of this size, with a home of its own; it is killed at the end if it is still there."""
    home.mkdir(exist_ok=True)
    around = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        "PAGER": "less",
        **environ,
    }
    process = pexpect.spawn(
        sys.executable, ["-m", "safesql", *words], env=around, dimensions=size, timeout=PATIENCE, cwd=str(home)
    )
    try:
        yield Person(process, *size)
    finally:
        process.close(force=True)


AtPrompt = Callable[..., AbstractContextManager[Person]]
ROWS = 2431


@pytest.fixture
def at_prompt(tmp_path: Path) -> AtPrompt:
    """Starts safesql with these words; environment variables as keywords, ``size`` as (rows, columns)."""

    def start(*words: str, size: tuple[int, int] = (24, 80), **environ: str) -> AbstractContextManager[Person]:
        return person(tmp_path / "home", *words, size=size, **environ)

    return start


@pytest.fixture
def billing(tmp_path: Path) -> Path:
    """A SQLite file with 2,431 bills."""
    path = tmp_path / "billing.db"
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript(
            "CREATE TABLE billing (id integer PRIMARY KEY, customer text NOT NULL, amount integer);"
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2431) "
            "INSERT INTO billing SELECT i, 'customer ' || i, i * 3 FROM n;"
        )
        raw.commit()
    return path


def bills(path: Path) -> int:
    """How many are there, as another program sees it."""
    with closing(sqlite3.connect(path)) as raw:
        return int(raw.execute("SELECT count(*) FROM billing").fetchone()[0])


@pytest.fixture
def count_bills(billing: Path) -> Callable[[], int]:
    """Counts the bills in the file."""
    return lambda: bills(billing)
