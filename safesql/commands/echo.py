r"""``\echo``: a text."""

from __future__ import annotations

from safesql.commands.shell import Shell
from safesql.errors import UsageError
from safesql.sql.dialect import Family

NAMES = ("echo", "qecho", "warn", "print")
USAGE = r"\echo TEXT"
SUMMARY = "print a text"


def run(shell: Shell, argument: str) -> None:
    """Print it."""
    if shell.session.connection.dialect.family is not Family.POSTGRES:
        shell.page(argument.strip() + "\n")
        return
    from safesql.sql.clients.options import options

    try:
        shell.page(" ".join(options(argument, shell.variables)) + "\n")
    except ValueError as error:
        raise UsageError(str(error)) from error
