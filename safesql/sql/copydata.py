"""The data lines after a COPY .. FROM STDIN: delimited, never lexed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from safesql.sql.dialect import Dialect, Family
from safesql.sql.lexer import significant
from safesql.sql.possessive import compiled
from safesql.sql.source import Text
from safesql.sql.statement import Command, CopyData
from safesql.sql.token import Kind

_END = compiled(r"\\\.\r?\n")
_META_COPY = compiled(r"(?:.*\s)?from\s+stdin\b", re.IGNORECASE | re.ASCII)
_NOTHING = compiled(r"[ \t\r\f\v;]*+(?:--[^\n]*+)?+")


def copies_data(text: str, dialect: Dialect) -> bool:
    """Whether psql would send the lines that follow as data; STDOUT after FROM means the same to the server."""
    if dialect.family is not Family.POSTGRES or text[:4].upper() != "COPY":
        return False
    depth, before = 0, ""
    for token in significant(text, dialect):
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        if not depth and before == "FROM":
            return token.word in ("STDIN", "STDOUT")
        before = "" if depth else token.word
    return False


def command_copies_data(command: Command) -> bool:
    r"""Whether the data of a ``\copy`` follow in the script."""
    return command.name == "copy" and _META_COPY.match(command.argument) is not None


def alone_on_its_line(text: Text, after: int) -> bool | None:
    """Whether the line ends behind ``after``, but for a comment; None when more text is needed to tell."""
    newline = text.buffer.find("\n", after)
    if newline < 0 and not text.final:
        return None
    found = _NOTHING.match(text.buffer, after)
    return found is not None and found.end() == (newline if newline >= 0 else len(text.buffer))


def data_blocks(text: Text) -> Iterator[CopyData]:
    r"""Blocks of whole lines up to the ``\.`` line, which is used up, or to the end of the script."""
    newline = text.buffer.find("\n", text.position)
    while newline < 0 and not text.final:
        text.more()
        newline = text.buffer.find("\n", text.position)
    text.advance(newline + 1 if newline >= 0 else len(text.buffer))
    while True:
        end, after = _terminator(text)
        if after >= 0:
            block = text.buffer[text.position : end]
            text.advance(after)
            yield CopyData(block, last=True)
            return
        whole = len(text.buffer) if text.final else max(text.position, text.buffer.rfind("\n", text.position) + 1)
        block = text.buffer[text.position : whole]
        text.advance(whole)
        if block:
            yield CopyData(block)
        if text.final:
            return
        text.more()


def _terminator(text: Text) -> tuple[int, int]:
    """Where the data end and where the script goes on; (-1, -1) when that is not in the buffer."""
    buffer, at = text.buffer, text.position
    while True:
        found = _END.match(buffer, at)
        if found:
            return at, found.end()
        if text.final and buffer[at:] in ("\\.", "\\.\r"):
            return at, len(buffer)
        at = buffer.find("\n\\.", at) + 1
        if not at:
            return -1, -1
