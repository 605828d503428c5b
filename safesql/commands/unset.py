r"""``\unset``: a variable is forgotten."""

from __future__ import annotations

from safesql.commands.shell import Shell
from safesql.errors import UsageError

NAMES = ("unset",)
USAGE = r"\unset NAME"
SUMMARY = "forget a variable that \\set or \\gset gave a value"


def run(shell: Shell, argument: str) -> None:
    """As in a script; raises UsageError without a name, and Refused for what may not be unset."""
    from safesql.engine.setting import set_variable
    from safesql.sql.clients.options import options

    try:
        set_variable("unset", options(argument, shell.variables), shell.variables)
    except ValueError as error:
        raise UsageError(str(error)) from error
