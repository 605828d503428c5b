"""Our reading of a psql script, told by the recorded answers what each statement set: compared as it goes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from safesql.engine.client_words import Use, use_of
from safesql.engine.script import Source, file_source
from safesql.engine.walk import Walk
from safesql.errors import Refused, SafesqlError
from safesql.sql.clients.branches import Branches
from safesql.sql.dialects import DIALECTS
from safesql.sql.lexer import significant
from safesql.sql.statement import Command, CopyData, Ending, Statement
from safesql.sql.variables import Variables
from tests.suites.exchange import Counted, Exchange

POSTGRES = DIALECTS["postgres"]
WINDOW = 60                # messages that are looked at for the next statement of ours
OWN = re.compile(
    r"(?:(?:SAVEPOINT|RELEASE|ROLLBACK TO) pg_psql_temporary_savepoint|FETCH FORWARD \d+ FROM _psql_cursor|CLOSE _psql_cursor"
    r"|BEGIN\Z|COMMIT\Z|ROLLBACK\Z|set client_encoding to '|SELECT name AS \"Column\""
    r"|select proname, oid from pg_catalog\.pg_proc where proname in \('lo_open')"
)
"""What psql sends of itself; what a script says has its semicolon there."""
CURSOR = re.compile(r"DECLARE _psql_cursor NO SCROLL CURSOR FOR\n")
CATALOG = re.compile(r"(?:SELECT|WITH|TABLE)\b.*\bpg_catalog\.", re.DOTALL)


@dataclass(slots=True)
class Following(Walk):
    """As a run reads it, but what a run would refuse is passed over, as the server of the recording did not see it."""

    described: bool = False                 # a command such as \\d came since the last statement

    def _branch(self, command: Command, branches: Branches) -> None:
        """A value that is neither true nor false is false to psql."""
        try:
            Walk._branch(self, command, branches)
        except Refused:
            wrong = Command(command.name, "false", command.text, command.place)
            try:
                Walk._branch(self, wrong, branches)
            except Refused:
                return

    def _sent(self, statement: Statement, sender: Command) -> None:
        """Nothing is refused."""

    def _command(self, command: Command, source: Source) -> Iterator[Statement | CopyData]:
        """Passed over when it is refused; another connection has its own settings."""
        if command.name in ("c", "connect"):
            self.dialect = POSTGRES
        self.described = self.described or use_of(command.name, self.dialect.family)[0] is Use.SHOW or command.name in SHOWN
        try:
            yield from Walk._command(self, command, source)
        except SafesqlError:
            words = command.argument.split()
            if command.name == "set" and words and Variables.is_name(words[0]):
                self.variables.set(words[0], " ".join(words[1:]))


SHOWN = frozenset({"sf", "sf+", "sv", "sv+", "lo_list", "dl", "ef", "ev"})


@dataclass(slots=True)
class Comparison:
    """One script and its recording; ``at`` is the first message that was not looked at."""

    counted: Counted
    exchanges: list[Exchange]
    walk: Following
    at: int = 0
    data: list[str] = field(default_factory=list)
    last: Exchange | None = None

    def run(self) -> Counted:
        """Compare all of it."""
        group: list[Statement] = []
        for piece in self.walk:
            if isinstance(piece, CopyData):
                self.data.append(piece.text)
                continue
            self._data_ended()
            if group and not piece.joined:
                self._statement(group)
                group = []
            group.append(piece)
            if piece.ending is not Ending.JOINED:
                self._statement(group)
                group = []
        if group:
            self._statement(group)
        self._data_ended()
        for rest in self._theirs(len(self.exchanges)):
            self._differs(0, f"not found: {rest.text[:80]!r}")
        return self.counted

    def _theirs(self, end: int) -> Iterator[Exchange]:
        """Messages up to there that are not psql's own."""
        while self.at < end:
            exchange = self.exchanges[self.at]
            self.at += 1
            if not self._own(exchange) and bare(exchange.text):
                self.counted.theirs += 1
                yield exchange

    def _own(self, exchange: Exchange) -> bool:
        """Whether psql sent it of itself."""
        described = self.walk.described and CATALOG.match(exchange.text.lstrip())
        return bool(OWN.match(exchange.text) or described)

    def _ahead(self) -> Iterator[int]:
        """Where the message of the next statement may be."""
        seen = 0
        for n in range(self.at, len(self.exchanges)):
            yield n
            seen += not self._own(self.exchanges[n])
            if seen > WINDOW:
                return

    def _statement(self, group: list[Statement]) -> None:
        """Find the message of a statement, or of several that were joined."""
        first, last = group[0], group[-1]
        ours = ";".join(bare(each.text) for each in group)
        place = next((n for n in self._ahead() if same(ours, group, self.exchanges[n].text)), None)
        if place is None:
            self.counted.extra += 1
            self._differs(first.place.line, f"not sent: {first.text[:80]!r}")
            return
        for missed in self._theirs(place):
            self._differs(first.place.line, f"not found: {missed.text[:80]!r}")
        exchange = self.exchanges[place]
        self.at = place + 1
        self.counted.theirs += 1
        self.counted.found += 1
        self.walk.described = False
        self._answered(exchange)
        if last.command is not None:
            self._sent_by(last.command, exchange, last)
        self.last = exchange if last.copies_data and exchange.copied else None
        if last.copies_data and not exchange.copied and self.walk.splitter is not None:
            self.walk.splitter.data_follow = False             # psql takes the lines that follow for SQL then
        self.data = []

    def _answered(self, exchange: Exchange) -> None:
        """psql's variables after it."""
        number = exchange.tag.rsplit(" ", 1)[-1]
        values = {"ERROR": "true" if exchange.code else "false", "SQLSTATE": exchange.code or "00000",
                  "ROW_COUNT": number if number.isdigit() and not exchange.code else "0"}
        if exchange.code:
            values |= {"LAST_ERROR_MESSAGE": exchange.message, "LAST_ERROR_SQLSTATE": exchange.code}
        for name, value in values.items():
            self.walk.variables.set(name, value)

    def _sent_by(self, command: Command, exchange: Exchange, statement: Statement) -> None:
        r"""What \gset sets and what \gexec sends."""
        if command.name == "gset" and len(exchange.rows) == 1 and not exchange.code:
            for name, value in zip(exchange.columns, exchange.rows[0], strict=True):
                self._variable(command.argument.strip() + name, value)
        if command.name == "gexec" and not exchange.code:
            for cell in (cell for row in exchange.rows for cell in row if cell is not None):
                while self.at < len(self.exchanges) and self._own(self.exchanges[self.at]):
                    self.at += 1
                following = self.exchanges[self.at] if self.at < len(self.exchanges) else None
                if following is None or CURSOR.sub("", following.text) != cell:
                    self._differs(statement.place.line, f"not sent by gexec: {cell[:80]!r}")
                    return
                self.at += 1
                self.counted.theirs += 1
                self.counted.found += 1
                self._answered(following)

    def _variable(self, name: str, value: str | None) -> None:
        """As psql sets it: NULL unsets, and a name that is none is passed over."""
        if value is None or not Variables.is_name(name):
            self.walk.variables.unset(name)
        else:
            self.walk.variables.set(name, value)

    def _data_ended(self) -> None:
        """The data of a copy are those that the client sent."""
        if self.last is None:
            return
        theirs = b"".join(self.last.data).decode("utf-8", "surrogateescape").removesuffix("\\.\n")
        ours = "".join(self.data)
        if ours.rstrip("\n") != theirs.rstrip("\n"):
            self._differs(0, f"data of {self.last.text[:60]!r}")
        self.last, self.data = None, []

    def _differs(self, line: int, what: str) -> None:
        """One more."""
        self.counted.differences.append((line, what))


def bare(text: str) -> str:
    """A text without comments and space between its tokens."""
    return " ".join(token.text for token in significant(text, POSTGRES)).rstrip("; ")


def same(ours: str, group: list[Statement], theirs: str) -> bool:
    """Whether a message is this statement: to the character, or but for comments and space around its words."""
    theirs = CURSOR.sub("", theirs)
    if len(group) == 1 and theirs.strip().removesuffix(";").rstrip() == group[0].text:
        return True
    return re.sub(r" ?; ?", ";", ours).rstrip(";") == re.sub(r" ?; ?", ";", bare(theirs)).rstrip(";")


def compared(path: Path, name: str, exchanges: list[Exchange], known: dict[str, str | None]) -> Counted:
    """One script of a suite, against what psql sent for it."""
    counted = Counted(name)
    try:
        walk = Following((file_source(str(path)),), POSTGRES, Variables(known), running=True)
        return Comparison(counted, exchanges, walk).run()
    except SafesqlError as error:
        counted.unread = str(error)
        return counted
