"""Cut a script into statements, client commands and COPY data, as the server's own client does; in constant memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from safesql.sql import client, modes
from safesql.sql.body import body
from safesql.sql.copydata import copies_data, data_blocks
from safesql.sql.dialect import Dialect, Family
from safesql.sql.lexer import lex
from safesql.sql.scan import lead, line_comment, nested_comment, run
from safesql.sql.source import Text
from safesql.sql.statement import Command, CopyData, Ending, Piece, Statement
from safesql.sql.token import Kind

_DOLLAR_OPEN = re.compile(r"\$(?:[^\x00-/:-@\[-^`{-\x7f0-9][^\x00-/:-@\[-^`{-\x7f]*+)?\$")
_OPENER = re.compile(r"/\*|\$[^$]*\$|.", re.DOTALL)
SIGHT = 64          # characters that are enough to tell what begins somewhere
_GO = {"g": Ending.GO, "G": Ending.VERTICAL, "gx": Ending.VERTICAL, ";": Ending.TERMINATOR}
_SPACE = " \t\n\r\f\v"


@dataclass(frozen=True, slots=True)
class _End:
    """Where a statement stops, where the next thing begins, and why."""

    stop: int
    after: int
    ending: Ending
    command: client.Found | None = None
    problem: str = ""


class Splitter:
    """Iterate once. ``dialect`` is how the next piece is read: it follows SETs in the text, and may be set."""

    def __init__(self, chunks: Iterable[str], dialect: Dialect, source: str = "") -> None:
        """``chunks`` may be cut anywhere; ``source`` names the script in places."""
        self.dialect = dialect
        self.delimiter = ";"
        self._text = Text(iter(chunks), source)
        self._memory = modes.Memory()

    def __iter__(self) -> Iterator[Piece]:
        """Pieces in order, until the text ends."""
        while True:
            there, comments = self._begin()
            if not there:
                return
            command = self._command()
            if command is None:
                yield from self._statement(comments)
            else:
                yield command

    def _begin(self) -> tuple[bool, tuple[str, ...]]:
        """Go to where the next piece begins; whether there is one, and the comments before it."""
        text = self._text
        while True:
            at = lead(text.buffer, text.position, self.dialect)
            if text.buffer.startswith(self.delimiter, at):
                text.advance(at + len(self.delimiter))
            elif self._unsure(at) and text.more():
                continue
            elif at >= len(text.buffer) or line_comment(text.buffer, at, self.dialect):
                text.advance(len(text.buffer))
                return False, ()
            else:
                comments = _comments(text.buffer[text.position : at], self.dialect)
                text.advance(at)
                return True, comments

    def _unsure(self, at: int) -> bool:
        """Whether more text could still make a comment, a delimiter or a command of what stands here."""
        buffer = self._text.buffer
        if at + SIGHT > len(buffer):
            return True
        if line_comment(buffer, at, self.dialect):
            return "\n" not in buffer[at:]
        code = self.dialect.family is Family.MYSQL and buffer.startswith(("/*!", "/*M!"), at)
        return buffer.startswith("/*", at) and not code

    def _command(self) -> Command | None:
        """The client command that begins here, if one does."""
        text = self._text
        while True:
            found = client.at_start(text.buffer, text.position, self.dialect, final=text.final)
            if found is None:
                return None
            if found.end >= 0 or not text.more():
                break
        end = found.end if found.end >= 0 else len(text.buffer)
        command = Command(found.name, found.argument, text.buffer[text.position : end], text.place())
        text.advance(end)
        if found.name == "delimiter" and client.delimiter_of(found.argument):
            self.delimiter = client.delimiter_of(found.argument)
        return command

    def _statement(self, comments: tuple[str, ...]) -> Iterator[Piece]:
        """One statement, the command that ended it, and the data that follow it."""
        text = self._text
        end = self._end()
        while end is None:
            text.more()
            end = self._end()
        verbatim = text.buffer[text.position : end.stop].strip(_SPACE)
        place = text.place()
        problem = end.problem or ("it holds a NUL character" if "\x00" in verbatim else "")
        statement = Statement(verbatim, self.dialect, place, end.ending, problem, comments)
        copying = copies_data(statement)
        text.advance(end.after)
        discarded = end.command is not None and end.command.name in ("c", "r", "reset")
        if verbatim and not discarded:
            yield replace(statement, copies_data=True) if copying else statement
            self.dialect = self._memory.after(statement, self.dialect)
        if end.command is not None and end.command.name not in _GO and not discarded:
            yield Command(end.command.name, end.command.argument, f"\\{end.command.name} {end.command.argument}", place)
        if copying and not discarded:
            for block in data_blocks(text):
                yield CopyData(block)
            yield CopyData("", last=True)

    def _end(self) -> _End | None:
        """The end of the statement at the buffer's position, or None when more text is needed to tell."""
        buffer, final = self._text.buffer, self._text.final
        pattern = run(self.dialect, self.delimiter)
        inner = body(buffer, self._text.position, self.dialect)
        at = since = self._text.position
        depth = 0
        while True:
            found = pattern.match(buffer, at)
            at = found.end() if found else at
            if at >= len(buffer):
                return self._last(at, depth) if final else None
            character = buffer[at]
            if character == "(" and self.dialect.family is Family.POSTGRES:
                depth, at = depth + 1, at + 1
            elif character == ")" and self.dialect.family is Family.POSTGRES:
                depth, at = max(0, depth - 1), at + 1
            elif buffer.startswith(self.delimiter, at):
                if not depth and (inner is None or inner.ends(buffer[since:at])):
                    return _End(at, at + len(self.delimiter), Ending.TERMINATOR)
                at = since = at + len(self.delimiter)
            elif character == "\\":
                met = self._backslash(at)
                if not isinstance(met, int):
                    return met
                at = met
            else:
                after = self._unended(at)
                if after < 0:
                    return self._open(at) if final else None
                at = after

    def _backslash(self, at: int) -> _End | int | None:
        """A command inside a statement ends it; past the backslash when it is none; None when more text is needed."""
        text = self._text
        if not text.final and at + SIGHT > len(text.buffer):
            return None
        found = client.backslash(text.buffer, at, self.dialect, final=text.final, inside=True)
        if found is None or self.dialect.family is Family.SQLITE:
            return at + 1
        return _End(at, found.end, _GO.get(found.name, Ending.COMMAND), found) if found.end >= 0 else None

    def _unended(self, at: int) -> int:
        """Past a character that only looked like the beginning of something; -1 when it never ends so far."""
        buffer = self._text.buffer
        if self.dialect.family is Family.POSTGRES and buffer.startswith("/*", at):
            return nested_comment(buffer, at)
        if buffer[at] == "$" and not _DOLLAR_OPEN.match(buffer, at):
            return at + 1 if at + SIGHT < len(buffer) or self._text.final else -1
        return -1

    def _open(self, at: int) -> _End:
        """The text ends inside something: all of it is one statement that is never sent."""
        place = self._text.place(at)
        end = len(self._text.buffer)
        opener = _OPENER.match(self._text.buffer, at)
        what = f"what begins with {opener.group() if opener else ''} in line {place.line} is never ended"
        return _End(end, end, Ending.END_OF_INPUT, problem=what)

    def _last(self, at: int, depth: int) -> _End:
        """The text ends without a terminator."""
        problem = "a bracket is never closed" if depth else ""
        return _End(at, at, Ending.END_OF_INPUT, problem=problem)


def split(text: str, dialect: Dialect, source: str = "") -> list[Piece]:
    """All pieces of a text."""
    return list(Splitter((text,), dialect, source))


def _comments(text: str, dialect: Dialect) -> tuple[str, ...]:
    """The comments in a stretch of space and comments."""
    if not text or text.isspace():
        return ()
    return tuple(token.text for token in lex(text, dialect) if token.kind is Kind.COMMENT)
