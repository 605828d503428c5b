r"""``\a``: aligned or tab-separated."""

from __future__ import annotations

from safesql.commands.shell import Shell

NAMES = ("a",)
USAGE = r"\a"
SUMMARY = "switch between an aligned table and tab-separated values"


def run(shell: Shell, argument: str) -> None:
    """Switch it."""
    del argument
    shell.view.form = "tsv" if shell.view.form == "table" else "table"
    shell.say(f"format: {shell.view.form}")
