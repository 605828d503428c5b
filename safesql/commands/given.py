"""The statement that a command is about."""

from __future__ import annotations

from safesql.commands.shell import Shell
from safesql.errors import UsageError
from safesql.sql.splitter import split
from safesql.sql.statement import Statement


def given(shell: Shell, argument: str) -> Statement:
    """The one in the argument, or else the last that was typed; raises UsageError unless it is exactly one."""
    text = argument.strip() or shell.last
    if not text:
        raise UsageError("there is no last statement; write one behind the command")
    pieces = [p for p in split(text, shell.session.connection.dialect) if isinstance(p, Statement)]
    if len(pieces) != 1:
        raise UsageError(f"one statement is needed here, not {len(pieces)}")
    return pieces[0]
