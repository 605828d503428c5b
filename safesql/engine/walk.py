"""The pieces of a run in order: sources one by one, included files in their place, commands done or refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from safesql.engine.client_words import Use, use_of
from safesql.engine.digest import Digest
from safesql.engine.forks import Forks
from safesql.engine.script import Source
from safesql.engine.senders import refuse_sender
from safesql.engine.setting import may_overwrite, set_variable
from safesql.errors import Refused, SafesqlError, UsageError
from safesql.slotted import dataclass, field, replace
from safesql.sql.clients.branches import Branches
from safesql.sql.clients.options import Program, Unknown, boolean, options
from safesql.sql.clients.psql import CONDITIONALS
from safesql.sql.dialect import Dialect, Family, Mode
from safesql.sql.quoting import quote_name
from safesql.sql.splitter import Splitter
from safesql.sql.statement import Command, CopyData, Ending, Piece, Statement
from safesql.sql.variables import Variables

DEPTH = 16                 # included files in included files; psql's own limit is 16 as well
UTF8 = frozenset({"", "utf8", "utf8mb4", "utf8mb3", "unicode"})

Say = Callable[[str, str], None]
"""What ``\\echo`` and ``\\warn`` print: which of them, and the text."""


@dataclass(slots=True)
class Walk:
    """Reads every source once; ``dialect`` is how the next piece will be read and follows SETs in the text.

    ``decided`` is false where nobody can tell which branches of a script are taken: then all are read. ``running`` is
    true where each statement is run before the next is asked for, so that what it set is known.
    """

    sources: tuple[Source, ...]
    dialect: Dialect
    variables: Variables = field(default_factory=Variables)
    decided: bool = True
    running: bool = False
    say: Say = lambda _name, _text: None
    show: Callable[[Command], None] = lambda _command: None
    settle: Callable[[], None] = lambda: None       # called before anything that may look at what statements did
    done: int = 0                                   # characters consumed
    text: Digest = field(default_factory=Digest)    # of all that was read, with the files that are included
    copying: Statement | None = None                # a COPY whose data have not come to their end
    forks: Forks = field(default_factory=Forks)
    splitter: Splitter | None = None                # of the script that is read now
    _open: list[str] = field(default_factory=list)
    _last: Statement | None = None                  # what \\g alone sends again
    _left: bool = False                             # the script that is read has ended itself

    def __iter__(self) -> Iterator[Statement | CopyData]:
        """Statements and their data; raises UsageError for unreadable files, Refused for commands not taken."""
        for source in self.sources:
            yield from self._source(source)

    @property
    def undecided(self) -> bool:
        """Whether the last piece may not be reached when the script runs."""
        return self.forks.open > 0

    def _source(self, source: Source) -> Iterator[Statement | CopyData]:
        """One source, and what it includes."""
        if len(self._open) >= DEPTH:
            raise Refused(f"{source.name}: files include each other more than {DEPTH} deep")
        self._open.append(source.name)
        branches = Branches()
        psql = self.dialect.family is Family.POSTGRES
        splitter = Splitter(
            self._read(source), self.dialect, source.name, variables=self.variables if psql else None, script=psql
        )
        for piece in splitter:
            self.splitter, self.dialect = splitter, splitter.dialect if branches.taken else self.dialect
            if psql and isinstance(piece, Command) and piece.name in CONDITIONALS:
                self._branch(piece, branches)
            elif branches.taken:
                yield from self._piece(piece, source)
            splitter.skipping = not branches.taken
            splitter.dialect = self.dialect
            if self._left:
                break
        if branches.depth and not self._left:
            raise Refused(f"{source.name}: an \\if has no \\endif before the end of the file")
        self.dialect, self._left = splitter.dialect, False
        self._open.pop()

    def _read(self, source: Source) -> Iterator[str]:
        """The chunks of a source, counted for the progress bar."""
        for chunk in source.chunks():
            self.text.add(chunk)
            yield chunk
            self.done += len(chunk)

    def _branch(self, command: Command, branches: Branches) -> None:
        """Go past a conditional; where it is not known whether it holds, what the branches did is brought together."""
        self.settle()
        before = branches.fork
        try:
            branches.meet(command.name, lambda: self._holds(command))
        except ValueError as error:
            raise Refused(f"{_where(command)}: {error}") from error
        self.dialect = self.forks.pass_on(command.name, (before, branches.fork), self.variables, self.dialect)

    def _holds(self, command: Command) -> bool | None:
        """Whether a condition holds, by psql's rules; None where only the run tells."""
        if not self.decided:
            return None
        try:
            words = options(command.argument, self.variables)
        except Unknown:
            return None
        except ValueError as error:
            raise Refused(f"{_where(command)}: {error}") from error
        holds = boolean(" ".join(words))
        if holds is None:
            said = " ".join(words)
            raise Refused(f"{_where(command)}: {said!r} is neither true nor false; write on, off, true, false, 1 or 0")
        return holds

    def _piece(self, piece: Piece, source: Source) -> Iterator[Statement | CopyData]:
        """A statement or its data as they are; a command done, ignored or refused."""
        if isinstance(piece, Statement):
            self.copying = piece if piece.copies_data else None
            self._last = piece
            sender = piece.command
            if sender is not None and not self.running:
                self._sent(piece, sender)
            yield piece
        elif isinstance(piece, CopyData):
            self.copying = None if piece.last else self.copying
            yield piece
        else:
            yield from self._command(piece, source)

    def _sent(self, statement: Statement, sender: Command) -> None:
        """A command that sends a statement, before the run: refused, or with what it may set."""
        try:
            refuse_sender(sender)
        except SafesqlError as error:
            raise Refused(f"{_where(sender)}: {error}") from error
        if sender.name == "gset":
            may_overwrite(statement, self.variables)

    def _command(self, command: Command, source: Source) -> Iterator[Statement | CopyData]:
        """One command of the client."""
        from safesql.engine.copied import copy_pieces
        from safesql.engine.included import included

        self.settle()
        use, why = use_of(command.name, self.dialect.family)
        words = self._words(command, use)
        match use:
            case Use.INCLUDE:
                yield from self._source(included(command, words, source))
            case Use.COPY:
                for piece in copy_pieces(command, self.dialect, running=self.running, here=self.decided):
                    yield from self._piece(piece, source)
            case Use.USE:
                name = command.argument.rstrip("; \t").strip("`")
                yield Statement(f"USE {quote_name(name, self.dialect)}", self.dialect, command.place)
            case Use.AGAIN:
                yield from self._piece(self._again(command), source)
            case Use.REFUSED:
                raise Refused(f"{_where(command)}: {_shown(command)} {why}")
            case _:
                self._quiet(command, use, words)

    def _again(self, command: Command) -> Statement:
        """The statement before, sent by this command; answers to it were given once."""
        last = self._last
        if last is None or last.copies_data:
            raise Refused(f"{_where(command)}: {_shown(command)} stands alone, and there is no statement before it")
        plain = command.name in ("g", "gx", "G") and not command.argument.strip(" ;")
        ending = {"g": Ending.GO, "gx": Ending.VERTICAL, "G": Ending.VERTICAL}.get(command.name, Ending.COMMAND)
        return replace(
            last, place=command.place, ending=ending, comments=(), joined=False, command=None if plain else command,
            dialect=self.dialect,
        )

    def _quiet(self, command: Command, use: Use, words: list[str]) -> None:
        """A command that sends nothing of its own."""
        match use:
            case Use.LEAVE:
                self._left = not self.undecided
            case Use.VARIABLE:
                try:
                    set_variable(command.name, words, self.variables)
                except (ValueError, Refused) as error:
                    raise Refused(f"{_where(command)}: {error}") from error
            case Use.ENCODING:
                if "".join(words).lower().replace("-", "").rstrip(";") not in UTF8:
                    raise Refused(f"{_where(command)}: {_shown(command)}: scripts are read as UTF-8; convert the file")
            case Use.ECHO if self.running:
                self.say(command.name, _echoed(words))
            case Use.SHOW if self.running:
                self.show(command)

    def _words(self, command: Command, use: Use) -> list[str]:
        """The arguments; those of a command that is not done are not read."""
        if use in (Use.REFUSED, Use.QUIET, Use.COPY, Use.SHOW, Use.USE, Use.AGAIN):
            return []
        if self.dialect.family is not Family.POSTGRES:
            return [command.argument]
        try:
            return options(command.argument, self.variables)
        except Unknown as error:
            if use is Use.VARIABLE and command.name == "set":
                self.variables.set(command.argument.split()[0], None)
            if use is Use.INCLUDE:
                raise Refused(f"{_where(command)}: {error}, so the file cannot be judged before") from error
            return []
        except Program as error:
            raise Refused(f"{_where(command)}: {_shown(command)}: {error}") from error
        except ValueError as error:
            raise UsageError(f"{_where(command)}: {_shown(command)}: {error}") from error


def read_for_sure(statement: Statement) -> bool:
    """Whether a statement means the same in every mode, or the modes are known."""
    return Mode.UNKNOWN not in statement.dialect.modes or not any(sign in statement.text for sign in '\\"|')


def _echoed(words: list[str]) -> str:
    """The text that echo prints: with a line end unless the first word says otherwise."""
    return " ".join(words[1:]) if words[:1] == ["-n"] else " ".join(words) + "\n"


def _shown(command: Command) -> str:
    """The command as it stands there, shortened."""
    return command.text.strip().splitlines()[0][:60] if command.text.strip() else command.name


def _where(command: Command) -> str:
    """Source and line, as editors like it."""
    return f"{command.place.source}:{command.place.line}"
