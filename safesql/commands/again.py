r"""``\g`` alone: the last statement once more."""

from __future__ import annotations

from safesql.commands.shell import Shell
from safesql.errors import UsageError

NAMES = ("g", "go")
USAGE = r"\g"
SUMMARY = "run the last statement once more, judged again"


def run(shell: Shell, argument: str) -> None:
    """Down the one road; raises UsageError where there is none, and what the road raises."""
    if argument.strip(" ;"):
        raise UsageError("write \\g FILE behind the statement that it sends; \\o FILE sends all that follows there")
    if not shell.last:
        raise UsageError("there is no last statement to run again")
    shell.run_text(shell.last)
