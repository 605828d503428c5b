r"""``\db``: tablespaces."""

from __future__ import annotations

from safesql.commands.listing import asked
from safesql.commands.shell import Shell

NAMES = ("db",)
USAGE = r"\db [PATTERN]"
SUMMARY = "tablespaces (PostgreSQL)"


def run(shell: Shell, argument: str) -> None:
    """Ask the catalog; raises UsageError where the server has none of them."""
    shell.show(asked(shell, "tablespaces", argument))
