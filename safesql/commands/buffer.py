r"""``\p``: the last statement."""

from __future__ import annotations

from safesql.commands.shell import Shell

NAMES = ("p",)
USAGE = r"\p"
SUMMARY = "print the last statement"


def run(shell: Shell, argument: str) -> None:
    """Print it."""
    del argument
    shell.page(f"{shell.last};\n" if shell.last else "there is no last statement\n")
