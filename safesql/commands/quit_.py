r"""``\q``: leave."""

from __future__ import annotations

from safesql.commands.shell import Shell

NAMES = ("q", "quit", "exit")
USAGE = r"\q"
SUMMARY = "leave; asks when a transaction is open"


def run(shell: Shell, argument: str) -> None:
    """Leave, as Ctrl-D does."""
    del argument
    shell.leave()
