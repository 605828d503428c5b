r"""Statements that a command of psql sends, and what becomes of their result: ``\gset``, ``\gexec``, ``\g FILE``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from safesql.engine.answers import NO_ANSWERS, Answers
from safesql.engine.perform import Show
from safesql.engine.senders import refuse_sender
from safesql.engine.session import Session
from safesql.engine.submit import Done, submit
from safesql.errors import Refused, StatementFailed, UsageError
from safesql.result import Cell, Column, Result
from safesql.slotted import dataclass, field
from safesql.sql.splitter import split
from safesql.sql.statement import Command, Statement
from safesql.sql.variables import Variables

MANY = 100_000
"""Statements that one \\gexec may send."""


@dataclass(slots=True)
class Sending:
    """What is the same for all statements of a run; ``told`` hears of each that a query wrote."""

    session: Session
    show: Show
    variables: Variables
    told: Callable[[Done], None] = lambda _done: None
    allowed: Callable[[Statement], None] = lambda _statement: None      # raises what the run as a whole forbids
    produced: int = field(default=0)

    def send(self, statement: Statement, answers: Answers = NO_ANSWERS, data: Iterator[str] | None = None) -> Done:
        """Submit it, and do what its command says; raises what ``submit`` does, and Refused for what is not built."""
        command = statement.command
        try:
            if command is None:
                done = submit(self.session, statement, self.show, answers, data)
            else:
                done = self._commanded(statement, command, answers)
        except StatementFailed as error:
            self.failed(error)
            raise
        self.went_well(done)
        return done

    def _commanded(self, statement: Statement, command: Command, answers: Answers) -> Done:
        """By the command's name."""
        refuse_sender(command)
        argument = command.argument.rstrip(" ;\t")
        match command.name:
            case "gset":
                rows = _Kept(2)
                done = submit(self.session, statement, rows.keep, answers)
                self._set(rows, argument)
                return done
            case "gexec":
                rows = _Kept(MANY)
                done = submit(self.session, statement, rows.keep, answers)
                self._execute(rows, statement)
                return done
            case "copy":
                return submit(self.session, statement, _into(Path(command.argument)), answers)
        return submit(self.session, statement, _into(Path(argument.strip("'")).expanduser()), answers)

    def _set(self, rows: _Kept, prefix: str) -> None:
        r"""\gset: the columns of the one row."""
        if len(rows.rows) != 1:
            raise StatementFailed(f"\\gset takes one row, and the query gave {'more' if rows.rows else 'none'}")
        for column, value in zip(rows.columns, rows.rows[0], strict=True):
            name = prefix + column.name
            if not Variables.is_name(name):
                raise StatementFailed(f"\\gset: {name!r} is no name for a variable")
            if value is None:
                self.variables.unset(name)
            else:
                self.variables.set(name, _text(value))

    def _execute(self, rows: _Kept, query: Statement) -> None:
        r"""\gexec: every value is a text of its own, judged by itself; the first that fails or is refused ends it."""
        for number, value in enumerate((cell for row in rows.rows for cell in row if cell is not None), 1):
            source = f"{query.place.source}:{query.place.line}: statement {number} of \\gexec"
            for piece in split(_text(value), self.session.connection.dialect, source):
                if not isinstance(piece, Statement) or piece.copies_data or piece.command:
                    raise Refused(f"{source} is no statement that can be sent: {_text(value)[:60]!r}")
                self.allowed(piece)
                self.produced += 1
                self.told(submit(self.session, piece, self.show))

    def went_well(self, done: Done) -> None:
        """Psql's variables after a statement."""
        rows = done.summary.affected if done.summary.affected is not None else done.shown
        for name, value in (("ERROR", "false"), ("SQLSTATE", "00000"), ("ROW_COUNT", str(rows))):
            self.variables.set(name, value)

    def failed(self, error: StatementFailed) -> None:
        """And after one that failed."""
        last = {"LAST_ERROR_MESSAGE": str(error), "LAST_ERROR_SQLSTATE": error.code}
        for name, value in ({"ERROR": "true", "SQLSTATE": error.code, "ROW_COUNT": "0"} | last).items():
            self.variables.set(name, value)


class _Kept:
    """Rows that are needed whole, up to a number; more are an error."""

    def __init__(self, most: int) -> None:
        self.columns: tuple[Column, ...] = ()
        self.rows: list[tuple[Cell, ...]] = []
        self._most = most

    def keep(self, result: Result) -> int:
        """Take the rows of a result."""
        self.columns = result.columns or self.columns
        for row in result.rows():
            if len(self.rows) >= self._most:
                break
            self.rows.append(row)
        return 0


def _into(path: Path) -> Callable[[Result], int]:
    """Writes results to a new file, as lines where the server laid them out, else as tab-separated rows."""

    def show(result: Result) -> int:
        from safesql.formats import FORMATS
        from safesql.formats.layout import Layout

        if not result.columns:
            return 0
        try:
            with path.open("x", encoding="utf-8", errors="surrogateescape") as out:
                return FORMATS["tsv"].render(result, lambda text: out.write(text) and None, Layout(raw=True))
        except OSError as error:
            raise UsageError(f"{path} cannot be written: {(error.strerror or '').lower()}") from error

    return show


def _text(value: Cell) -> str:
    """As the server printed it."""
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else str(value)
