r"""``\nd``: forget a named query."""

from __future__ import annotations

from safesql.commands.shell import Shell
from safesql.config.nearest import nearest
from safesql.errors import UsageError

NAMES = ("nd", "named-drop")
USAGE = r"\nd NAME"
SUMMARY = "forget a named query"


def run(shell: Shell, argument: str) -> None:
    """Forget it; raises UsageError where no query has that name."""
    name = argument.strip().rstrip(";")
    if not name:
        raise UsageError("name the query: \\nd NAME; \\n lists them")
    if not shell.named.drop(name):
        raise UsageError(f"no query is named {name}{nearest(name, shell.named.load())}; \\n lists them")
    shell.say(f"{name} is forgotten")
