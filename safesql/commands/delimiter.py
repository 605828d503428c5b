r"""``DELIMITER``: what ends a statement, for routines that hold semicolons."""

from __future__ import annotations

from safesql.commands.shell import Shell
from safesql.errors import UsageError

NAMES = ("delimiter",)
USAGE = "DELIMITER TEXT"
SUMMARY = "what ends a statement from now on (MySQL and MariaDB)"


def run(shell: Shell, argument: str) -> None:
    """Say it: the splitter has taken it already. Raises UsageError where none is named."""
    from safesql.sql.clients.mysql import delimiter_of

    if not delimiter_of(argument):
        raise UsageError("name a delimiter: DELIMITER //")
    shell.say(f"statements end with {delimiter_of(argument)}")
