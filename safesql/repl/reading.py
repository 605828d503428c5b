"""The buffer as it is typed: cut and judged on every key, where only the statement that changed costs anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from safesql.guard.action import Action
from safesql.guard.verdict import Verdict
from safesql.slotted import dataclass, field, replace
from safesql.sql.dialect import Dialect, Family
from safesql.sql.lexer import significant, significant_again
from safesql.sql.splitter import Splitter
from safesql.sql.statement import Command, CopyData, Piece, Statement
from safesql.sql.token import Token
from safesql.sql.variables import Variables

CLIENT_WORDS = frozenset({"quit", "exit", "help"})
"""Whole inputs that clients have always taken without a backslash, and that are SQL nowhere."""

_REMEMBERED = 256
LONG = 4096                             # characters
_END_OF_DATA = re.compile(r"^\\\.[ \t]*$", re.MULTILINE)


class Long(NamedTuple):
    """A text with its significant tokens."""

    text: str
    dialect: Dialect
    tokens: list[Token]


@dataclass(slots=True)
class Reading:
    """Remembers the last buffer and the verdicts on its statements; ``judge`` and ``dialect`` are the session's."""

    judge: Callable[[Statement], Verdict]
    dialect: Callable[[], Dialect]
    variables: Variables = field(default_factory=Variables)      # psql's, put in before anything is judged
    delimiter: str = ";"                # what a DELIMITER line left behind
    words: frozenset[str] = frozenset()                          # whole inputs besides, while a tour is on
    _text: str | None = None
    _pieces: list[Piece] = field(default_factory=list)
    _verdicts: dict[tuple[str, Dialect, str, tuple[str, ...]], Verdict] = field(default_factory=dict)
    _long: Long | None = None           # the last text whose tokens are worth keeping

    def forget(self) -> None:
        """What was judged holds no longer: the facts changed, such as an open transaction."""
        self._text = None
        self._verdicts.clear()

    def cut(self, text: str) -> Splitter:
        """The pieces of a text by the one splitter, one by one, so that each is read as the session reads it then."""
        dialect = self.dialect()
        variables = self.variables if dialect.family is Family.POSTGRES else None
        splitter = Splitter((text,), dialect, "input", variables=variables)
        splitter.delimiter, splitter.read = self.delimiter, self._read
        return splitter

    def pieces(self, text: str) -> list[Piece]:
        """Statements, commands and data of a buffer."""
        if text != self._text:
            self._pieces = list(self.cut(text))
            self._text = text
        return self._pieces

    def complete(self, text: str) -> bool:
        """Whether Enter runs it: it is empty, a command, or ended by a terminator with nothing left open behind."""
        word = text.strip()
        if word in ("", "\\") or client_word(text) or word.lower() in self.words:
            return True
        pieces = self.pieces(text)
        if not pieces:
            return text.rstrip().endswith(self.delimiter)      # else comments alone: more is to come
        last = pieces[-1]
        match last:
            case Command():
                return True
            case CopyData():
                return _END_OF_DATA.search(text) is not None
            case Statement():
                return last.complete and not last.copies_data

    def verdicts(self, text: str) -> list[Verdict]:
        """The verdict on each statement of the buffer, finished or not."""
        return [self._verdict(piece) for piece in self.pieces(text) if isinstance(piece, Statement)]

    def worst(self, text: str) -> Verdict | None:
        """The strictest verdict, the first of several; None where there is no statement."""
        verdicts = self.verdicts(text)
        return max(verdicts, key=lambda verdict: verdict.action) if verdicts else None

    def harmless(self, text: str) -> bool:
        """Whether everything in a text is allowed, so that it may be offered again unasked."""
        pieces = list(self.cut(text))
        statements = [piece for piece in pieces if isinstance(piece, Statement)]
        if len(statements) != len(pieces):
            return False
        return bool(statements) and all(self._verdict(each).action is Action.ALLOW for each in statements)

    def _read(self, text: str, dialect: Dialect) -> Sequence[Token]:
        """The tokens of a text, of which most stays the same from key to key."""
        if len(text) <= LONG:
            return significant(text, dialect)
        last = self._long
        if last is None or last.dialect != dialect:
            tokens = significant(text, dialect)
        else:
            tokens = last.tokens if last.text == text else significant_again(text, dialect, last.text, last.tokens)
        self._long = Long(text, dialect, tokens)
        return tokens

    def _verdict(self, statement: Statement) -> Verdict:
        """From memory by text, since most of a buffer stays the same from key to key."""
        key = (statement.text, statement.dialect, statement.problem, statement.comments)
        known = self._verdicts.get(key)
        if known is not None:
            return known if known.statement == statement else replace(known, statement=statement)
        if len(self._verdicts) >= _REMEMBERED:
            self._verdicts.clear()
        if len(statement.text) > LONG:
            statement.read_as(self._read(statement.text, statement.dialect))
        verdict = self._verdicts[key] = self.judge(statement)
        return verdict


def client_word(text: str) -> str:
    """``quit``, ``exit`` or ``help`` where they are the whole input, else nothing."""
    word = text.strip().rstrip(";").strip().lower()
    return word if word in CLIENT_WORDS else ""


def data_lines(following: Iterator[Piece]) -> Iterator[str]:
    """The data lines behind a COPY .. FROM STDIN."""
    for piece in following:
        if isinstance(piece, CopyData):
            yield piece.text
            if piece.last:
                return
