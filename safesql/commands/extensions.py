r"""``\dx``: extensions; on MySQL plugins, on SQLite modules."""

from __future__ import annotations

from safesql.commands.listing import asked
from safesql.commands.shell import Shell

NAMES = ("dx",)
USAGE = r"\dx [PATTERN]"
SUMMARY = "extensions; on MySQL plugins, on SQLite modules"


def run(shell: Shell, argument: str) -> None:
    """Ask the catalog; raises UsageError where the server has none of them."""
    shell.show(asked(shell, "extensions", argument))
