r"""``\t``: rows alone."""

from __future__ import annotations

from safesql.commands.shell import Shell
from safesql.commands.switch import onoff, switched

NAMES = ("t",)
USAGE = r"\t [on|off]"
SUMMARY = "rows alone, without the names of their columns (on MySQL: \\pset tuples_only)"


def run(shell: Shell, argument: str) -> None:
    """Switch it."""
    shell.view.header = not switched(not shell.view.header, argument)
    shell.say(f"rows alone: {onoff(not shell.view.header)}")
