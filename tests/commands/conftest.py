"""A shell without a terminal: what is typed is a string, what is shown is a string; the server is a real one."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from safesql.backends import connect
from safesql.commands.shell import View
from safesql.config.profile import Profile
from safesql.engine.session import Session
from safesql.errors import CannotConnect
from safesql.guard.action import Environment
from safesql.guard.policy import Policy
from safesql.repl.dialogue import Dialogue
from safesql.repl.editor import edited
from safesql.repl.screen import Screen
from safesql.repl.shell import Shell
from safesql.repl.terminal import Terminal
from safesql.store.named import NamedQueries
from safesql.target import Target
from tests.rig.logs import log_of


class Paper(io.StringIO):
    """A stream that passes for a terminal, so that remarks and data come in one order."""

    def isatty(self) -> bool:
        """As a terminal says it."""
        return True


@dataclass
class Desk:
    """A shell, what it has shown since the last input, and the answers that lie ready for its questions."""

    shell: Shell
    paper: Paper
    answers: list[str] = field(default_factory=list)
    went_well: bool = True

    def types(self, text: str) -> str:
        """One input; everything that was shown for it, errors too."""
        self.paper.seek(0)
        self.paper.truncate()
        self.went_well = self.shell.take(text)
        return self.paper.getvalue()


MakeDesk = Callable[..., Desk]


@pytest.fixture
def desk_at(tmp_path: Path) -> Iterator[MakeDesk]:
    """Makes a desk at a target; ``environment`` picks the policy."""
    opened: list[Session] = []

    def make(target: Target, environment: Environment = Environment.PRODUCTION) -> Desk:
        paper = Paper()

        def session(text: str) -> Session:
            if text.startswith("nowhere"):
                raise CannotConnect("nowhere cannot be reached")
            to = Target("sqlite", path=text, dialect="sqlite") if text else target
            profile = Profile("", to, Policy(environment=environment))
            opened.append(Session(connect(to), profile, log_of(tmp_path / "state"), user="tester"))
            return opened[-1]

        answers: list[str] = []
        view = View(timing=False, color=False)
        terminal = Terminal(view, lambda: Screen(paper), lambda _message: answers.pop(0) if answers else None, paper)
        environ = {"EDITOR": str(tmp_path / "editor")}
        shell = Shell(
            session(""), view, terminal, session, lambda text: edited(text, environ),
            NamedQueries.of(tmp_path / "state"), lambda: ["select 1;", "\\dt"],
        )
        shell.session.ask = Dialogue(terminal.announce, terminal.ask, shell.preview, shell.review, "tester")
        return Desk(shell, paper, answers)

    yield make
    for each in opened:
        each.connection.close()
        each.audit.close()


@pytest.fixture
def desk(desk_at: MakeDesk, sqlite_path: Path) -> Desk:
    """A desk at a SQLite file with a table of bills, its customers, an index and a view."""
    made = desk_at(Target("sqlite", path=str(sqlite_path), dialect="sqlite"))
    for statement in TABLES:
        assert "refused" not in made.types(statement)
        assert made.went_well
    return made


TABLES = (
    "CREATE TABLE customer (id integer PRIMARY KEY, name varchar(20) NOT NULL);",
    "CREATE TABLE billing (id integer PRIMARY KEY, customer_id integer REFERENCES customer (id) ON DELETE CASCADE, "
    "note varchar(40) DEFAULT 'none');",
    "CREATE INDEX billing_note ON billing (note);",
    "CREATE VIEW late AS SELECT id FROM billing WHERE note = 'late';",
    "INSERT INTO customer VALUES (1, 'Ada'), (2, 'Bo');",
    "INSERT INTO billing VALUES (1, 1, 'late'), (2, 1, NULL), (3, 2, 'paid');",
)
