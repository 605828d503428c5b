r"""``\x``: one column a line."""

from __future__ import annotations

from safesql.commands.shell import Shell
from safesql.commands.switch import expansion

NAMES = ("x",)
USAGE = r"\x [on|off|auto]"
SUMMARY = "expanded rows: one column a line; auto: when they are wider than the screen"


def run(shell: Shell, argument: str) -> None:
    """Switch it."""
    shell.view.expanded = expansion(shell.view.expanded, argument)
    shell.say(f"expanded rows: {shell.view.expanded.value}")
