r"""``\copy``: rows between a table and a file of yours, by way of this session."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from safesql.commands.shell import Shell
from safesql.errors import UsageError
from safesql.sql.dialect import Family
from safesql.sql.statement import Command, Piece, Place, Statement

NAMES = ("copy",)
USAGE = r"\copy TABLE|(QUERY) FROM|TO 'FILE' [OPTIONS]"
SUMMARY = "load a file into a table, or write a table or query to a new one (PostgreSQL)"


def run(shell: Shell, argument: str) -> None:
    """Send the COPY down the one road, with the file at this end of it.

    Raises Refused for programs, UsageError for a file that is there or cannot be read, and what the road raises.
    """
    from safesql.engine.copied import copy_pieces

    dialect = shell.session.connection.dialect
    ours = dialect.family is Family.POSTGRES
    command = Command("copy", argument, f"\\copy {argument}", Place("input"))
    for _ in copy_pieces(command, dialect, running=False, here=ours):
        pass                                # a program is refused on every server, a bad name before anything is sent
    if not ours:
        raise UsageError("\\copy is about PostgreSQL; \\o FILE writes results of this server to a file")
    if shell.session.review is not None:
        raise UsageError("a review file is open, and it takes no data of other files; \\stage off closes it")
    statement, following = _taken_apart(copy_pieces(command, dialect, running=True))
    last = shell.last
    try:
        shell.run_statement(statement, following)
    finally:
        shell.last = last


def _taken_apart(pieces: Iterator[Piece]) -> tuple[Statement, Iterator[Piece]]:
    """The statement and the data of the file; raises UsageError where no file is named."""
    statement, first = next(pieces), next(pieces, None)
    if not isinstance(statement, Statement) or (statement.copies_data and first is None):
        raise UsageError("name a file; data that are typed go behind COPY .. FROM STDIN;")
    return statement, chain(() if first is None else (first,), pieces)
