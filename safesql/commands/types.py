r"""``\dT``: types that were made, with the values of enums."""

from __future__ import annotations

from safesql.commands.listing import asked
from safesql.commands.shell import Shell

NAMES = ("dT",)
USAGE = r"\dT [PATTERN]"
SUMMARY = "types that were made, with the values of enums (PostgreSQL)"


def run(shell: Shell, argument: str) -> None:
    """Ask the catalog; raises UsageError where the server has none of them."""
    shell.show(asked(shell, "types", argument))
