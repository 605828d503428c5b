r"""``\i``: run a script."""

from __future__ import annotations

from safesql.commands.shell import Shell
from safesql.errors import UsageError

NAMES = ("i", "include", "ir", "include_relative", "source", ".", "read")
USAGE = r"\i FILE"
SUMMARY = "judge a script whole, then run it: as safesql -f does"


def run(shell: Shell, argument: str) -> None:
    """Run it under the same guard."""
    name = argument.strip().rstrip(";").strip().strip("'\"")
    if not name:
        raise UsageError("name a script: \\i FILE")
    shell.run_file(name)
