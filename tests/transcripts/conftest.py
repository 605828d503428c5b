"""A home with a profile ``shop``, a table of a hundred bills on each server, and transcripts to compare with.

Regenerate them, then read what changed: pytest tests/transcripts --update-golden
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pexpect
import pyte
import pytest

from safesql.backends import connect
from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.guard.verdict import Clearance
from safesql.sql.splitter import split
from safesql.sql.statement import Statement
from safesql.target import Target

ROOT = Path(__file__).parent.parent.parent
GOLDEN = Path(__file__).parent / "golden"
ROWS, COLUMNS = 40, 240               # wide, so that no path of a temporary folder is broken across lines
PATIENCE = 30.0                          # seconds; a loaded machine is slow, a right answer is not
BILLS = 100
PROMPT = " production  "
VARIES = (
    (re.compile(r"safesql_[0-9a-f]{32}|saf\w*…[0-9a-f]+"), "DATABASE"),
    (re.compile(r"127\.0\.0\.1:\d+"), "HOST:PORT"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00"), "TIME"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"), "TIME"),
    (re.compile(r"\b[\d.]+ (m?s)\b"), r"N \1"),
    (re.compile(r"\((SQLite|PostgreSQL|MariaDB) [^)\n]*\)"), r"(\1 VERSION)"),
)
"""What differs from run to run or from machine to machine, and what stands for it."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the transcripts instead of comparing them")


@dataclass(frozen=True, slots=True)
class Home:
    """Where the runs of one transcript happen; ``folder`` is home and working directory in one."""

    folder: Path

    @property
    def environ(self) -> dict[str, str]:
        """Nothing of the person who runs the tests, but for where programs are."""
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), "TERM": "xterm-256color", "LANG": "C.UTF-8",
                "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}

    def same(self, text: str) -> str:
        """The text without what differs each time."""
        text = text.replace(str(self.folder), "~").replace(str(self.folder.parent), "/data")
        for pattern, word in VARIES:
            text = pattern.sub(word, text)
        return "".join(f"{line.rstrip()}\n" for line in text.rstrip().splitlines())

    def runs(self, *words: str, stdin: str = "") -> str:
        """What a batch run prints on both channels, and its exit code, as it would look in a terminal."""
        done = subprocess.run([sys.executable, "-m", "safesql", *words], input=stdin, capture_output=True, text=True,
                              env=self.environ, cwd=self.folder, timeout=60)
        shown = " ".join(f'"{word}"' if " " in word else word for word in words)
        piped = f'echo "{stdin}" | ' if stdin else ""
        return f"$ {piped}safesql {shown}\n{done.stdout}{done.stderr}[exit code {done.returncode}]\n\n"

    def shows(self, name: str) -> str:
        """A file."""
        return f"$ cat {name}\n{(self.folder / name).read_text('utf-8')}\n"

    def narrows(self, name: str, where: str) -> None:
        """Edit a file as a reviewer would: the DELETE gets its WHERE."""
        path = self.folder / name
        path.write_text(path.read_text("utf-8").replace("delete from billing;", f"delete from billing {where};"), "utf-8")


class Person:
    """Somebody at the prompt, who types a line when the prompt is there and reads a question before answering it."""

    def __init__(self, home: Home, *words: str) -> None:
        self._process: pexpect.spawn[bytes] = pexpect.spawn(
            sys.executable, ["-m", "safesql", *words], env=home.environ, cwd=str(home.folder), dimensions=(ROWS, COLUMNS)
        )
        self._screen = pyte.HistoryScreen(COLUMNS, ROWS, history=2000)
        self._stream = pyte.ByteStream(self._screen)
        self._prompts = self._questions = 0

    @property
    def text(self) -> str:
        """The screen and what has scrolled off it."""
        above = ["".join(line[at].data for at in range(COLUMNS)) for line in self._screen.history.top]
        return "\n".join(line.rstrip() for line in [*above, *self._screen.display])

    def says(self, line: str) -> None:
        """Wait for the next prompt, type the line, look at it, press Enter."""
        self.waits()
        self._prompts += 1
        self._process.send(line)
        self._sees(line)
        self._process.send("\r")

    def waits(self) -> None:
        """Wait for the next prompt, and with it for the end of what was said."""
        self._sees(PROMPT, self._prompts + 1)

    def answers(self, word: str) -> None:
        """Wait for the question, take a moment to read it, answer."""
        self._questions += 1
        self._sees("answer>", self._questions)
        self._looks(0.7)
        self._process.send(word)
        self._looks(0.2)
        self._process.send("\r")

    def leaves(self) -> str:
        r"""Type \q; the whole conversation and the exit code."""
        self.says("\\q")
        end = time.monotonic() + PATIENCE
        while self._process.isalive():
            assert time.monotonic() < end, f"it does not end:\n{self.text}"
            self._looks(0.05)
        return f"{self.text.rstrip()}\n[exit code {self._process.exitstatus}]\n"

    def close(self) -> None:
        """Nobody is left behind."""
        self._process.close(force=True)

    def _sees(self, text: str, times: int = 1) -> None:
        end = time.monotonic() + PATIENCE
        while self.text.count(text) < times:
            assert time.monotonic() < end, f"{text!r} is not on the screen {times} times:\n{self.text}"
            self._looks(0.05)

    def _looks(self, seconds: float) -> None:
        """Take in what is painted."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                painted = self._process.read_nonblocking(65536, timeout=0.05)
            except pexpect.TIMEOUT:
                continue
            except pexpect.EOF:
                return
            self._stream.feed(painted)
            if b"\x1b[6n" in painted:
                self._process.send(f"\x1b[{self._screen.cursor.y + 1};{self._screen.cursor.x + 1}R")


@pytest.fixture(params=["postgres", "mariadb", "sqlite"])
def server(request: pytest.FixtureRequest) -> str:
    """The name of a server that the story is told on."""
    return str(request.param)


@pytest.fixture
def home(request: pytest.FixtureRequest, server: str, tmp_path: Path) -> Home:
    """A home whose profile ``shop`` leads to a table of a hundred bills, fourteen of them void."""
    target = request.getfixturevalue(f"{server}_target")
    assert isinstance(target, Target)
    _fill(target)
    folder = tmp_path / "home"
    config = folder / ".config" / "safesql" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(_profile(target), "utf-8")
    config.chmod(0o600)
    return Home(folder)


@pytest.fixture
def person(home: Home) -> Iterator[Person]:
    """Somebody at the prompt of that profile."""
    somebody = Person(home, "shop")
    yield somebody
    somebody.close()


def _profile(target: Target) -> str:
    """Where the shop is, and how much may be touched there without a question."""
    place = {"dialect": target.dialect, "host": target.host, "port": target.port, "user": target.user,
             "database": target.database, "path": target.path}
    keys = "".join(f"{key} = {value if key == 'port' else _quoted(str(value))}\n" for key, value in place.items() if value)
    return f'[profiles.shop]\n{keys}environment = "production"\n\n[profiles.shop.policy]\nconfirm_rows = 10\n'


def _quoted(text: str) -> str:
    """A TOML string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _fill(target: Target) -> None:
    """The table, over the same road that every statement takes."""
    values = ", ".join(f"({n}, {n * 3}, '{'void' if n % 7 == 0 else 'paid'}')" for n in range(1, BILLS + 1))
    connection = connect(target)
    for text in ("CREATE TABLE billing (id INTEGER PRIMARY KEY, amount INTEGER, status VARCHAR(10))",
                 f"INSERT INTO billing VALUES {values}"):
        statement = split(text, connection.dialect)[0]
        assert isinstance(statement, Statement)
        assert not list(connection.execute(Clearance(judge(statement, Policy()))).rows())
    connection.close()


@pytest.fixture
def golden(request: pytest.FixtureRequest, home: Home) -> Iterator[object]:
    """Takes a name and a text; the text must be the transcript of that name."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / f"{name}.transcript"
        text = home.same(text)
        if request.config.getoption("--update-golden", default=False):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        assert text == path.read_text("utf-8"), f"{path.name}: run pytest tests/transcripts --update-golden, and read it"

    yield compare
