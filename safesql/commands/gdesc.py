r"""``\gdesc``: the columns of a statement's result, without running it."""

from __future__ import annotations

from safesql.commands.given import given
from safesql.commands.shell import Shell

NAMES = ("gdesc",)
USAGE = r"\gdesc"
SUMMARY = "names and types of the columns that the statement would return; it is not run (PostgreSQL)"


def run(shell: Shell, argument: str) -> None:
    """Describe the last statement, or the one before it in the line; raises UsageError, and what the road raises."""
    from safesql.engine.describing import described

    result = described(shell.session, given(shell, argument))
    if result.columns:
        shell.show(result)
    else:
        shell.say("it returns no rows")
