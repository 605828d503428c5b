"""What a command may do with the shell it was typed into, and how that shell shows results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from safesql.engine.session import Session
from safesql.engine.submit import Done
from safesql.errors import SafesqlError, StatementFailed
from safesql.formats.layout import Expanded
from safesql.result import Result
from safesql.slotted import dataclass
from safesql.sql.statement import Piece, Statement
from safesql.sql.variables import Variables
from safesql.store.named import NamedQueries

ROWS = 1000                # of one result on the screen, where nobody says otherwise


@dataclass(slots=True)
class View:
    """How results are shown and keys are read; commands change it while the shell runs."""

    form: str = "table"
    expanded: Expanded = Expanded.OFF
    null: str = "<null>"
    header: bool = True                # names of columns above the rows
    json: bool = False                 # objects and arrays in cells over several lines
    timing: bool = True
    pager: bool = True
    row_limit: int = ROWS              # of one result on the screen; 0 for all
    color: bool = True
    keys: str = "emacs"                # or vi
    plain: bool = False                # no line below the input, no menus, no colours: for a screen reader
    output: Path | None = None         # results go there instead of the screen
    bell: float | None = None          # seconds after which the end of a statement rings


class Shell(Protocol):
    """The prompt, as commands see it. Whatever they want executed goes down the one road, by ``run_text``."""

    session: Session
    view: View
    variables: Variables               # psql's: \\set NAME VALUE, and what \\gset sets
    last: str                          # the text of the last statement, without its terminator
    failed: tuple[StatementFailed, str] | None      # the last failure on a server, and the text that it is about
    named: NamedQueries
    outcome: Done | SafesqlError | None             # of the last statement, or what ended the input before this one

    @property
    def columns(self) -> int:
        """How wide the terminal is."""
        ...

    def page(self, text: str) -> None:
        """Show text that may be long; it is made visible, and nothing in it reaches the terminal as control."""
        ...

    def say(self, sentence: str) -> None:
        """Remark on what was done."""
        ...

    def show(self, result: Result) -> int:
        """Show a result as the view says; returns the rows shown."""
        ...

    def run_text(self, text: str) -> None:
        """Split, judge and run statements as if they had been typed; raises what stops the first that fails."""
        ...

    def run_statement(self, statement: Statement, following: Iterator[Piece], /) -> None:
        """One statement that was cut already, with the data that follow it; raises what ends it."""
        ...

    def run_shown(self, text: str, render: Callable[[Result], int]) -> None:
        """As ``run_text``, but each result goes to ``render``, which returns the rows it has read."""
        ...

    def run_file(self, path: str) -> None:
        """Judge a script whole and then run it; raises Refused, UsageError, StatementFailed."""
        ...

    def ask(self, message: str) -> str | None:
        """One answer, typed after the question was shown; None where nobody answers."""
        ...

    def secret(self, message: str, /) -> str | None:
        """As ``ask``, but nothing of the answer is shown while it is typed."""
        ...

    def edit(self, text: str) -> str | None:
        """Let the person edit a text in the editor they chose; None when that ended without success."""
        ...

    def feed(self, text: str) -> None:
        """Put a text into the next input, where it waits for Enter."""
        ...

    def reconnect(self, target: str) -> None:
        """Leave this server for another, or the same again where the text is empty; asks about a transaction."""
        ...

    def leave(self) -> None:
        """End the shell; asks about an open transaction."""
        ...

    def inputs(self) -> list[str]:
        """What was typed, oldest first, redacted."""
        ...
