r"""``\timing``: how long each statement took."""

from __future__ import annotations

from safesql.commands.shell import Shell
from safesql.commands.switch import onoff, switched

NAMES = ("timing",)
USAGE = r"\timing [on|off]"
SUMMARY = "show how long each statement took"


def run(shell: Shell, argument: str) -> None:
    """Switch it."""
    shell.view.timing = switched(shell.view.timing, argument)
    shell.say(f"timing: {onoff(shell.view.timing)}")
