r"""``\dD``: domains with their conditions."""

from __future__ import annotations

from safesql.commands.listing import asked
from safesql.commands.shell import Shell

NAMES = ("dD",)
USAGE = r"\dD [PATTERN]"
SUMMARY = "domains with their conditions (PostgreSQL)"


def run(shell: Shell, argument: str) -> None:
    """Ask the catalog; raises UsageError where the server has none of them."""
    shell.show(asked(shell, "domains", argument))
