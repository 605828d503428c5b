"""Cut a script into statements, client commands and COPY data, as the server's own client does; in constant memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from safesql.sql import bulk, modes
from safesql.sql.clients import CLIENTS
from safesql.sql.clients.mysql import delimiter_of
from safesql.sql.clients.psql import nested_comment
from safesql.sql.copydata import alone_on_its_line, command_copies_data, copies_data, data_blocks
from safesql.sql.cut import Cut, Cutter, Found, Splice, View
from safesql.sql.dialect import Dialect, Family
from safesql.sql.lexer import lex, significant
from safesql.sql.possessive import compiled
from safesql.sql.problem import Read, problem_of
from safesql.sql.source import Text
from safesql.sql.statement import Command, CopyData, Ending, Piece, Statement
from safesql.sql.token import Kind
from safesql.sql.variables import Variables

COMMENTS = 64              # comments before one statement that are kept: a directive stands next to its statement
SIGHT = 64                 # characters that are enough to tell what begins somewhere
SHARED_LINE = "something stands behind COPY .. FROM STDIN in its line; put it on a line of its own, after the data"
_SPACE = " \t\n\r\f\v"
_COMMENT = compiled(r"/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/|(?:--|\#)[^\n]*+")


class Splitter:
    """Iterate once. ``dialect`` is how the next piece is read: it follows SETs in the text, and may be set.

    With ``script``, psql's commands inside of a statement come before it, and ``skipping`` may be set after one of
    them: then no more than conditionals is found in the text. ``variables`` are those that have a value by then.
    """

    def __init__(
        self,
        chunks: Iterable[str],
        dialect: Dialect,
        source: str = "",
        *,
        variables: Variables | None = None,
        script: bool = False,
    ) -> None:
        """``chunks`` may be cut anywhere; ``source`` names the script in places."""
        self.dialect = dialect
        self.delimiter = ";"
        self.variables = variables
        self.skipping = False
        self.read: Read = significant      # a prompt, which reads nearly the same text on every key, sets its own
        self.data_follow = True            # set false between a COPY and its data: the server asked for none
        self._script = script
        self._taken_out = 0                # characters of the statement before a command that was taken out of it
        self._joined = False
        self._client = CLIENTS[dialect.family]
        self._text = Text(iter(chunks), source)
        self._modes = modes.Memory(dialect)
        self._comments: deque[str] = deque(maxlen=COMMENTS)
        self._fresh = True                 # no piece stands before the position on its line
        self._blank = True                 # nothing but space does

    def __iter__(self) -> Iterator[Piece]:
        """Pieces in order, until the text ends."""
        text = self._text
        while True:
            if self.skipping and self._client.skipped is not None:
                if text.final and text.position == len(text.buffer):
                    return
                yield from self._skipped(self._client.skipped)
            elif self._begin():
                begun = text.position
                if text.buffer[begun] in "Ii" and not self._joined:
                    yield from self._rows()
                if text.position == begun:
                    yield from self._piece()
            elif text.final:
                return
            else:
                text.more()

    def _begin(self) -> bool:
        """Go past space, comments and empty statements to where a piece begins; False when none is in the buffer."""
        text = self._text
        while True:
            at = self._lead()
            if at > text.position:
                self._pass(at)
            if at + SIGHT > len(text.buffer) and not text.final:
                return False
            if not text.buffer.startswith(self.delimiter, at):
                return at < len(text.buffer) and not (text.buffer[at] in "-/#" and self._in_comment(at))
            self._use(at + len(self.delimiter))
            self._joined = False

    def _lead(self) -> int:
        """Where the space and whole comments at the position end."""
        text, client = self._text, self._client
        position = text.position
        while True:
            found = client.lead.match(text.buffer, position)
            position = found.end() if found else position
            if not client.nested or not text.buffer.startswith("/*", position):
                return position
            after = nested_comment(text.buffer, position)
            if after < 0:
                return position
            position = after

    def _pass(self, at: int) -> None:
        """Use up a stretch of space and comments; those on the line of the piece before are not the next one's."""
        text = self._text
        stretch = text.buffer[text.position : at]
        newline = stretch.rfind("\n")
        if not stretch.isspace():
            since = 0 if self._fresh else stretch.find("\n")
            self._comments.extend(comment for start, comment in self._found_comments(stretch) if 0 <= since <= start)
        self._blank = (self._blank or newline >= 0) and not stretch[newline + 1 :].strip()
        self._fresh = self._fresh or newline >= 0
        text.advance(at)

    def _found_comments(self, stretch: str) -> Iterator[tuple[int, str]]:
        """The comments of a stretch, each with where it begins."""
        if self._client.nested:
            return ((token.start, token.text) for token in lex(stretch, self.dialect) if token.kind is Kind.COMMENT)
        return ((found.start(), found.group()) for found in _COMMENT.finditer(stretch))

    def _in_comment(self, at: int) -> bool:
        """Whether a comment begins here that does not end in the buffer; a line comment also ends with the script."""
        text, client = self._text, self._client
        if client.line.match(text.buffer, at):
            if text.final:
                text.advance(len(text.buffer))
            return True
        return text.buffer.startswith("/*", at) and not client.code_opens.match(text.buffer, at) and not text.final

    def _rows(self) -> Iterator[Statement]:
        """Consecutive INSERTs of literals, as long as the buffer holds whole ones: the fast path of dumps."""
        text, dialect, match = self._text, self.dialect, bulk.pattern(self.dialect).match
        while self.delimiter == ";" and self.dialect is dialect:
            found = match(text.buffer, text.position)
            if found is None:
                return
            start, stop = found.span("all")
            verbatim, comments = text.buffer[start:stop].rstrip(), self._kept()
            place = text.take(start, found.end())
            self._used()
            head = found.end("head") - start
            yield Statement(verbatim, dialect, place, Ending.TERMINATOR, "", comments, literal_rows=head)

    def _piece(self) -> Iterator[Piece]:
        """The command or statement at the position; nothing yet when its end is not in the buffer."""
        text, client = self._text, self._client
        view = self._view(text.position)
        found = client.command(view) if not self._taken_out else None
        if found is None:
            cut = client.cutter(view).cut()
            if cut is None:
                text.more()
            elif isinstance(cut, Cut):
                yield from self._statement(cut)
            else:
                yield from self._spliced(cut)
        elif found.end < 0:
            text.more()
        else:
            yield from self._command(found)

    def _view(self, start: int) -> View:
        """The buffer from there on."""
        text = self._text
        return View(
            text.buffer, start, text.final, self.dialect, self.delimiter, self._blank,
            text.put_in, self.variables, self._script,
        )

    def _spliced(self, splice: Splice) -> Iterator[Command]:
        """Put a value into the buffer; or take a command out of it, which comes before the statement."""
        text = self._text
        if splice.found is None:
            text.splice(splice.start, splice.end, splice.text, splice.name)
            return
        command = self._named(splice.found, splice.start)
        text.splice(splice.start, splice.end, "")
        self._taken_out = splice.start - text.position
        yield command

    def _skipped(self, skipper: type[Cutter]) -> Iterator[Command]:
        """The rest of a branch that is not taken, to the conditional that ends it."""
        text = self._text
        start = text.position + self._taken_out
        cut = skipper(self._view(start)).cut()
        if cut is None:
            text.more()
            return
        end = cut.after if isinstance(cut, Cut) else len(text.buffer)
        command = self._named(cut.sender, cut.stop) if isinstance(cut, Cut) and cut.sender else None
        if self._taken_out:
            text.splice(start, end, "")
            if command is None:
                self.skipping = False                # the script ends: what stands before the branch is all there is
        else:
            self._use(end)
        if command is not None:
            yield command

    def _named(self, found: Found, at: int) -> Command:
        """A command as a piece."""
        text = self._text
        return Command(found.name, found.argument, text.buffer[at : found.end].rstrip(), text.place_at(at))

    def _command(self, found: Found) -> Iterator[Piece]:
        """A client command, and the data of a copy."""
        text = self._text
        command = Command(found.name, found.argument, text.buffer[text.position : found.end].rstrip(), text.place())
        self._use(found.end)
        if found.name == "delimiter":
            self.delimiter = delimiter_of(found.argument) or self.delimiter
        if found.name:
            yield command
        if self.dialect.family is Family.POSTGRES and command_copies_data(command) and not self.skipping:
            yield from self._data()

    def _statement(self, cut: Cut) -> Iterator[Piece]:
        """One statement, and the data that follow it."""
        text = self._text
        verbatim = text.buffer[text.position : cut.stop].strip(_SPACE)
        problem = cut.problem or problem_of(verbatim, self.dialect, self.read)
        sender = cut.sender and self._named(cut.sender, cut.stop)
        copying = not problem and cut.ending is not Ending.END_OF_INPUT and copies_data(verbatim, self.dialect)
        alone = alone_on_its_line(text, cut.after) if copying else True
        if alone is None:
            text.more()
            return
        if not alone:
            problem, copying = SHARED_LINE, False
        statement = Statement(
            verbatim, self.dialect, text.place(), cut.ending, problem, self._kept(), copying,
            joined=self._joined, command=sender,
        )
        self._use(cut.after)
        self._taken_out, self._joined = 0, cut.ending is Ending.JOINED
        if verbatim and not cut.dropped:
            self.dialect = self._modes.after(statement, self.dialect)
            self.data_follow = True
            yield statement
            if copying and self.data_follow:
                yield from self._data()

    def _data(self) -> Iterator[CopyData]:
        """The data lines that begin on the next line."""
        yield from data_blocks(self._text)
        self._fresh = self._blank = True

    def _use(self, after: int) -> None:
        """Use up the buffer to the end of a piece."""
        self._text.advance(after)
        self._used()

    def _used(self) -> None:
        """The comments before a piece belong to nothing else, and what follows it stands on its line."""
        if self._comments:
            self._comments.clear()
        self._fresh = self._blank = False

    def _kept(self) -> tuple[str, ...]:
        """The comments before this piece."""
        return tuple(self._comments) if self._comments else ()


def split(text: str, dialect: Dialect, source: str = "") -> list[Piece]:
    """All pieces of a text."""
    return list(Splitter((text,), dialect, source))
