"""A token: a slice of the source that the server would read as one thing."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Kind(Enum):
    """What a slice of text is to the server's lexer."""

    WORD = "word"                  # unquoted name or keyword; Token.word has it in upper case
    NAME = "name"                  # quoted name: "x", `x`, [x]
    STRING = "string"              # '..', E'..', $$..$$, N'..', X'..', b'..'; in MySQL also ".." unless ANSI_QUOTES
    NUMBER = "number"
    OPERATOR = "operator"          # exactly one operator: = <> || @> :: := ...
    OPEN = "open"                  # ( [ {
    CLOSE = "close"
    COMMA = "comma"
    DOT = "dot"
    SEMICOLON = "semicolon"        # inside a statement only: bodies of routines and triggers
    PARAMETER = "parameter"        # $1 ? :name @var @@sysvar %(x)s
    SPACE = "space"
    COMMENT = "comment"            # plain comments; never code
    CODE_OPEN = "code-open"        # /*! /*!50000 /*M!100100 : what follows is code, for some servers
    CODE_CLOSE = "code-close"      # the */ that ends it
    BAD = "bad"                    # not lexed, or unterminated: fail closed

    __hash__ = object.__hash__      # members are compared by identity; Enum's own hash is a slow function


class Token(NamedTuple):
    """``source[start:end] == text``; ``word`` is the text in upper case for WORD, else empty."""

    kind: Kind
    text: str
    start: int
    word: str = ""

    @property
    def end(self) -> int:
        """Where the next token begins."""
        return self.start + len(self.text)


class Span(NamedTuple):
    """A half-open range of characters in the text of a statement."""

    start: int
    end: int
