r"""``\gx`` alone: the last statement once more, one line for each column."""

from __future__ import annotations

from safesql.commands.again import run as again
from safesql.commands.shell import Shell
from safesql.formats.layout import Expanded

NAMES = ("gx", "G", "ego")
USAGE = r"\gx"
SUMMARY = "run the last statement once more, judged again, and show one line for each column"


def run(shell: Shell, argument: str) -> None:
    """As running it again does it; the view is as it was afterwards."""
    view = shell.view
    before, view.expanded = view.expanded, Expanded.ON
    try:
        again(shell, argument)
    finally:
        view.expanded = before
