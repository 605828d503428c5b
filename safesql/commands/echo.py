r"""``\echo``: a text."""

from __future__ import annotations

from safesql.commands.shell import Shell

NAMES = ("echo", "qecho", "warn", "print")
USAGE = r"\echo TEXT"
SUMMARY = "print a text"


def run(shell: Shell, argument: str) -> None:
    """Print it."""
    shell.page(argument.strip() + "\n")
