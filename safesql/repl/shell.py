"""The shell: read an input, cut it, hand commands to ``commands`` and statements to the one road; then again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from safesql.commands.find import find, spelled
from safesql.commands.shell import View
from safesql.engine.coming_on import ComingOn
from safesql.engine.implied import as_typed, in_transaction
from safesql.engine.moved import Whereabouts, found, moves
from safesql.engine.sending import Sending
from safesql.engine.session import Session
from safesql.engine.submit import Done, Fate
from safesql.errors import SafesqlError, StatementFailed
from safesql.formats.message import notice_lines
from safesql.guard.verdict import Verdict
from safesql.repl.first_rows import FirstRows, Shown
from safesql.repl.leave import may_leave
from safesql.repl.place import Place, place
from safesql.repl.reading import Reading, client_word, data_lines
from safesql.repl.terminal import Terminal
from safesql.repl.waiting import Waiting, may_go_on
from safesql.repl.words import done_lines, error_lines
from safesql.result import Result
from safesql.slotted import dataclass, field
from safesql.sql.statement import Command, CopyData, Ending, Piece, Statement
from safesql.sql.variables import Variables
from safesql.store.named import NamedQueries

if TYPE_CHECKING:
    from safesql.repl.catalog import Names
    from safesql.repl.reader import Reader
    from safesql.repl.tour import Tour

_HANGUPS = 3               # ends of input in a row without a key between them: there is nobody any more


@dataclass(slots=True)
class Shell:
    """Holds a session and a terminal; ``connect`` opens another session, and ``moved`` hears of it.

    ``connect`` takes a target or profile; the empty text is the same target again.
    """

    session: Session
    view: View
    terminal: Terminal
    connect: Callable[[str], Session]
    editor: Callable[[str], str | None]
    named: NamedQueries
    inputs: Callable[[], list[str]] = list
    secret: Callable[[str], str | None] = lambda _message: None    # one line that is not shown while it is typed
    last: str = ""
    failed: tuple[StatementFailed, str] | None = None          # the last that a server refused, and its text
    variables: Variables = field(default_factory=Variables)
    reading: Reading = field(init=False)
    names: Names | None = None
    moved: Callable[[Session], None] = lambda _session: None
    led: Whereabouts = field(default_factory=Whereabouts)      # where statements have led since
    waiting: Waiting = field(default_factory=Waiting)
    outcome: Done | SafesqlError | None = None                 # of the last input: its last statement, or what ended it
    _next: str = ""
    _sent: str = ""                                            # the last text on the road, also one of a command's own
    _renders: Callable[[Result], int] | None = None            # where a command wants the rows
    leaving: bool = False
    _form: str = ""
    _shown: Shown = field(default_factory=Shown)               # of the statement that runs

    def __post_init__(self) -> None:
        as_typed(self.session)
        self.reading = Reading(self._judge, lambda: self.session.connection.dialect, self.variables)

    def loop(self, reader: Reader | Tour) -> None:
        """Until the person leaves."""
        hangups = 0
        while not self.leaving:
            text, self._next = self._next, ""
            try:
                text = reader.read(text)
                hangups = 0
            except KeyboardInterrupt:
                continue
            except EOFError:
                hangups += 1
                self.leaving = hangups >= _HANGUPS
                text = "\\q"
            if text.strip():
                self.take(text)

    def take(self, text: str) -> bool:
        """One input, whatever it is; what goes wrong is said. Whether all of it went well."""
        self.outcome = None
        try:
            self.run_text(text)
        except SafesqlError as error:
            self.outcome = error
            if isinstance(error, StatementFailed):
                self.failed = error, self._sent
            self.terminal.finish()
            for line in error_lines(error, self._sent):
                self.terminal.alarm(line)
            return False
        except KeyboardInterrupt:
            self.terminal.finish()
            self.terminal.alarm("interrupted; nothing further of this input was sent")
            return False
        finally:
            self.terminal.finish()
        return True

    # what commands may ask of it

    def page(self, text: str) -> None:
        """Text for the screen."""
        self.terminal.page(text)

    def say(self, sentence: str) -> None:
        """A remark, in order with what is on the screen."""
        self.terminal.say(sentence)

    def show(self, result: Result) -> int:
        """One result."""
        from safesql.repl.show import show

        if self._renders is not None:
            return self._renders(result)
        first = FirstRows(result, self.view.row_limit if self.session.skims else 0)
        shown = show(first, self.view, self.terminal.screen, self.session.connection.dialect, self._form)
        self._shown.add(shown)
        return shown.rows

    def run_text(self, text: str) -> None:
        """Statements and commands in order, up to the first that fails."""
        word = client_word(text)
        if word:
            self._command(Command(word, "", text))
            return
        try:
            self._pieces(text)
            if self.names is not None:
                self.names.learn((text,), self.session.connection.dialect)
        finally:
            self.session.forget_fresh()

    def _pieces(self, text: str) -> None:
        """Cut and run."""
        splitter = self.reading.cut(text)
        pieces = iter(splitter)
        for piece in pieces:
            match piece:
                case Command():
                    self._command(piece)
                case Statement():
                    self.run_statement(piece, pieces)
                case CopyData():
                    pass                        # of a COPY that was not run: data is never taken for SQL
            splitter.dialect = self.session.connection.dialect
        self.reading.delimiter = splitter.delimiter

    def run_shown(self, text: str, render: Callable[[Result], int]) -> None:
        """With the rows somewhere else; the last statement stays what it was."""
        last, self._renders = self.last, render
        try:
            self.run_text(text)
        finally:
            self.last, self._renders = last, None

    def run_file(self, path: str) -> None:
        """A script."""
        from safesql.repl.script import run_script

        try:
            run_script(self.session, path, self.show, self._told, self.say)
        finally:
            self.session.forget_fresh()
            self._changed_names()

    @property
    def columns(self) -> int:
        """Of the terminal as it is now."""
        return self.terminal.screen.columns

    def ask(self, message: str) -> str | None:
        """One line."""
        return self.terminal.ask(message)

    def edit(self, text: str) -> str | None:
        """In the editor that the person chose."""
        self.terminal.finish()
        return self.editor(text)

    def feed(self, text: str) -> None:
        """Into the next input."""
        self._next = text

    def reconnect(self, target: str) -> None:
        """Connect first, so that a failure leaves everything as it was."""
        if not may_leave(self.session, self.terminal.ask, self.run_text):
            return
        session = self.connect(target)
        session.ask = self.session.ask
        as_typed(session, self.session)
        self.session.connection.close()
        self.session.audit.close()
        self.session, self.led = session, Whereabouts()
        self.reading.forget()
        self.waiting.forget()
        self._changed_names()
        self.moved(session)
        self.say(f"connected to {session.target}")

    def leave(self) -> None:
        """Unless a transaction is open and the person wants to stay."""
        self.terminal.finish()
        self.leaving = self.leaving or may_leave(self.session, self.terminal.ask, self.run_text)

    def place(self) -> Place:
        """For prompt and toolbar."""
        return place(self.session, self.led, self.waiting.age)

    def preview(self, verdict: Verdict) -> None:
        """The rows that a statement would touch; for the question before it."""
        from safesql.commands.preview import preview

        renders, self._renders = self._renders, None
        preview(self, verdict)
        self._renders = renders
        self.terminal.finish()
        self._shown = Shown()                   # those were not the rows of the statement itself

    def review(self) -> bool:
        """A review file for the answer "stage"; asks for its name when none is open."""
        if self.session.review is None:
            name = self.terminal.ask("write it to which file: ")
            if name and name.strip():
                find("stage", self.session.connection.dialect).run(self, name)
        return self.session.review is not None

    def _command(self, piece: Command) -> None:
        """A line for the shell itself."""
        name, argument = spelled(piece)
        find(name, self.session.connection.dialect).run(self, argument)

    def _judge(self, statement: Statement) -> Verdict:
        """Under the policy and facts of the session at this moment."""
        return self.session.judge(statement)

    def run_statement(self, statement: Statement, following: Iterator[Piece]) -> None:
        """One statement down the road, and what is said about it."""
        self.last = self._sent = statement.text
        sender = statement.command
        if sender is not None and sender.name in ("watch", "crosstabview", "gdesc"):
            self._command(sender)                   # as in psql: it is about this statement
            return
        if sender is None and statement.ending is Ending.COMMAND:
            self.feed(statement.text)               # it waits for its end
            return
        may_go_on(self.session, self.waiting, statement, self.terminal.ask, self.run_text)
        self._form = "vertical" if statement.ending is Ending.VERTICAL else ""
        self._shown, self.session.skims = Shown(), self._renders is None and self.view.output is None
        data = data_lines(following) if statement.copies_data else None
        try:
            road = Sending(self.session, self.show, self.variables, self._told)
            with self.terminal.working(ComingOn.of(self.session, statement)):
                done = in_transaction(self.session, statement, lambda: road.send(statement, data=data))
        finally:
            self._form, self.session.skims = "", False
            self.reading.forget()
            self.waiting.look(self.session)
        self.outcome = done
        self._told(done)
        if done.fate is Fate.EDIT:
            self.feed(f"{statement.text};")
        self._follow(done)

    def _told(self, done: Done) -> None:
        """Tag, rows, time, notices."""
        lines = done_lines(done, self.place(), self._shown, timing=self.view.timing)
        if self._renders is not None and done.fate is Fate.DONE:         # the command that asked says the rest
            lines = (line for notice in done.summary.notices for line in notice_lines(notice))
        for line in lines:
            self.say(line)
        self._shown = Shown()

    def _follow(self, done: Done) -> None:
        """What a statement changed about where we are: database, search path and role; names by DDL."""
        from safesql.guard.effect import Reach

        if moves(done.verdict.effect, self.led):
            self.led = found(self.session.connection, self.led)
            self._changed_names()
        elif any(effect.reach is Reach.SCHEMA for effect in done.verdict.effect.walk()):
            self._changed_names()

    def _changed_names(self) -> None:
        """Completion looks again."""
        if self.names is not None:
            self.names.refresh(self.session, self.led)
