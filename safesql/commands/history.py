r"""``\s``: what was typed."""

from __future__ import annotations

from safesql.commands.shell import Shell

NAMES = ("s", "history")
USAGE = r"\s"
SUMMARY = "what was typed in this environment, redacted, oldest first (on MySQL: \\history)"


def run(shell: Shell, argument: str) -> None:
    """Show it."""
    del argument
    shell.page("".join(f"{text}\n" for text in shell.inputs()) or "nothing was typed yet\n")
