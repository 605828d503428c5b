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
    dropped, shared = shell.named.drop(name), shell.named.shared.get(name)
    if not dropped and shared is not None:
        raise UsageError(f"{name} stands in {shared.origin}; it goes when it is taken out there")
    if not dropped:
        raise UsageError(f"no query is named {name}{nearest(name, shell.named.load())}; \\n lists them")
    shell.say(f"{name} is forgotten" if shared is None else f"{name} is the one in {shared.origin} again")
