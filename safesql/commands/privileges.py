r"""``\dp``: who may do what with tables, views and sequences."""

from __future__ import annotations

from safesql.commands.listing import asked
from safesql.commands.shell import Shell

NAMES = ("dp", "z")
USAGE = r"\dp [PATTERN]"
SUMMARY = "who may do what with tables, views and sequences; not on SQLite"


def run(shell: Shell, argument: str) -> None:
    """Ask the catalog; raises UsageError where the server has none of them."""
    shell.show(asked(shell, "privileges", argument))
