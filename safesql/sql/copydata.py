"""The data lines after a COPY .. FROM STDIN: delimited, never lexed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from safesql.sql.dialect import Family
from safesql.sql.lexer import significant
from safesql.sql.source import Text
from safesql.sql.statement import Ending, Statement

_END = ("\\.\n", "\\.\r\n")


def copies_data(statement: Statement) -> bool:
    """Whether psql would send the lines that follow as data."""
    if statement.dialect.family is not Family.POSTGRES or statement.text[:4].upper() != "COPY":
        return False
    if statement.ending is Ending.END_OF_INPUT or statement.problem:
        return False
    words = [token.word for token in significant(statement.text, statement.dialect)]
    return ("FROM", "STDIN") in pairwise(words)


def data_blocks(text: Text) -> Iterator[str]:
    r"""Blocks of whole lines up to the ``\.`` line, which is used up, or to the end of the script."""
    _rest_of_line(text)
    while True:
        end, after = _terminator(text)
        if end >= 0:
            if end > text.position:
                block = text.buffer[text.position : end]
                text.advance(after)
                yield block
            else:
                text.advance(after)
            return
        last = text.buffer.rfind("\n") + 1 if not text.final else len(text.buffer)
        if last > text.position:
            block = text.buffer[text.position : last]
            text.advance(last)
            yield block
        if not text.more() and text.final and text.position >= len(text.buffer):
            return


def _rest_of_line(text: Text) -> None:
    """Data begin on the line after the statement."""
    while "\n" not in text.buffer[text.position :] and text.more():
        pass
    newline = text.buffer.find("\n", text.position)
    text.advance(newline + 1 if newline >= 0 else len(text.buffer))


def _terminator(text: Text) -> tuple[int, int]:
    """Where the data end and where the script goes on; (-1, -1) when the end is not in the buffer."""
    buffer, start = text.buffer, text.position
    for mark in _END:
        if buffer.startswith(mark, start):
            return start, start + len(mark)
    found = [(at + 1, at + 1 + len(mark)) for mark in _END if (at := buffer.find("\n" + mark, start)) >= 0]
    if found:
        return min(found)
    if text.final and (buffer.endswith("\n\\.") or buffer[start:] == "\\."):
        return len(buffer) - 2, len(buffer)
    return -1, -1
