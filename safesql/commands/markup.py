r"""``\H``: results as HTML."""

from __future__ import annotations

from safesql.commands.shell import Shell

NAMES = ("H", "html")
USAGE = r"\H"
SUMMARY = "switch between an aligned table and HTML"


def run(shell: Shell, argument: str) -> None:
    """Switch it."""
    del argument
    shell.view.form = "table" if shell.view.form == "html" else "html"
    shell.say(f"format: {shell.view.form}")
