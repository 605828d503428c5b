r"""``\r``: forget the last statement."""

from __future__ import annotations

from safesql.commands.shell import Shell

NAMES = ("r", "reset", "clear")
USAGE = r"\r"
SUMMARY = "forget the last statement, and with it what \\e, \\p and \\preview are about"


def run(shell: Shell, argument: str) -> None:
    """Forget it."""
    del argument
    shell.last = ""
    shell.say("the last statement is forgotten")
