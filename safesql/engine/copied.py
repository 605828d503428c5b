r"""``\copy`` of psql: COPY to or from the client, with a file of the client at the other end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from safesql.engine.script import file_source
from safesql.errors import Refused, UsageError
from safesql.slotted import dataclass, replace
from safesql.sql.copydata import copies_data, data_blocks
from safesql.sql.dialect import Dialect
from safesql.sql.lexer import significant
from safesql.sql.source import Text
from safesql.sql.splitter import split
from safesql.sql.statement import Command, CopyData, Statement
from safesql.sql.token import Kind, Token

_FILE = re.compile(r"\s*('(?:[^']|'')*'|\S+)")
_STREAMS = frozenset({"stdin", "stdout", "pstdin", "pstdout"})


@dataclass(frozen=True, slots=True)
class Copy:
    r"""The parts of a ``\copy``; ``file`` is empty where the data stand in the script or go to the output."""

    before: str
    loads: bool
    file: str
    after: str

    @property
    def text(self) -> str:
        """What the server is told."""
        ends = "FROM STDIN" if self.loads else "TO STDOUT"
        return " ".join(part for part in ("COPY", self.before, ends, self.after) if part)


def copy_pieces(
    command: Command, dialect: Dialect, *, running: bool, here: bool = True
) -> Iterator[Statement | CopyData]:
    """The statement, and the data of a file once it runs; raises Refused for programs, UsageError for files.

    Files are looked for only where the script is ``here`` to be run, and not just judged.
    """
    copy = _parts(command, dialect)
    statement = _statement(copy, command, dialect)
    if not copy.file:
        yield statement
        return
    path = "./-" if copy.file == "-" else str(Path(copy.file).expanduser())      # a file, as for psql
    if not copy.loads:
        if here and not running and Path(path).exists():
            raise UsageError(f"{_where(command)}: {path} exists; choose another name, nothing is overwritten")
        yield replace(statement, command=Command("copy", path, command.text, command.place))
        return
    source = file_source(path) if here else None
    yield statement
    whole = CopyData("")
    for block in data_blocks(Text(chain(("\n",), source.chunks()), path)) if source and running else ():
        yield replace(block, last=False)
    yield replace(whole, last=True)


def _parts(command: Command, dialect: Dialect) -> Copy:
    """The parts of the argument."""
    argument = command.argument.rstrip().removesuffix(";")
    at = _direction(significant(argument, dialect))
    if at is None:
        raise UsageError(f"{_where(command)}: \\copy needs FROM or TO and a file: \\copy TABLE FROM 'FILE'")
    found = _FILE.match(argument, at.end)
    name = found[1] if found else ""
    if not found or not name:
        raise UsageError(f"{_where(command)}: \\copy names no file")
    if name.lower() == "program":
        raise Refused(f"{_where(command)}: \\copy .. PROGRAM runs a program, and safesql starts none from a script")
    if name.lower() in ("pstdin", "pstdout"):
        raise Refused(f"{_where(command)}: {name} is psql's own input and output; use stdin, stdout or a file")
    file = "" if name.lower() in _STREAMS else name[1:-1].replace("''", "'") if name.startswith("'") else name
    return Copy(argument[: at.start].strip(), at.word == "FROM", file, argument[found.end() :].strip())


def _direction(tokens: list[Token]) -> Token | None:
    """The FROM or TO outside of brackets."""
    depth = 0
    for token in tokens:
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        if not depth and token.word in ("FROM", "TO"):
            return token
    return None


def _statement(copy: Copy, command: Command, dialect: Dialect) -> Statement:
    """What is sent; raises UsageError when that is not one COPY."""
    pieces = split(f"{copy.text};", dialect, command.place.source)
    first = pieces[0] if pieces else None
    single = len([piece for piece in pieces if not isinstance(piece, CopyData)]) == 1
    if not isinstance(first, Statement) or first.problem or not single:
        raise UsageError(f"{_where(command)}: {command.text.strip()[:60]} is not understood")
    return replace(first, place=command.place, copies_data=copies_data(first.text, dialect))


def _where(command: Command) -> str:
    """Source and line, as editors like it."""
    return f"{command.place.source}:{command.place.line}"
