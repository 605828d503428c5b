r"""``\begin``: a transaction."""

from __future__ import annotations

from safesql.commands.shell import Shell

NAMES = ("begin",)
USAGE = r"\begin"
SUMMARY = "open a transaction; the prompt shows it, and whoever leaves is asked about it"


def run(shell: Shell, argument: str) -> None:
    """The statement itself, down the road of all others; what stands behind it is its own, such as READ ONLY."""
    shell.run_text(f"BEGIN {argument.strip().rstrip(';')}".rstrip() + ";")
