r"""``\sf``: the text of a function or procedure."""

from __future__ import annotations

from safesql.commands.listing import asked
from safesql.commands.shell import Shell
from safesql.errors import UsageError

NAMES = ("sf",)
USAGE = r"\sf NAME"
SUMMARY = "the text of a function or procedure; not on SQLite, which keeps none"


def run(shell: Shell, argument: str) -> None:
    """Show every one of this name; raises UsageError where there is none."""
    if not argument.strip(" ;"):
        raise UsageError("name a function: \\sf NAME; \\df lists them")
    name = argument.partition("(")[0].strip()
    texts = ["\n".join(map(str, row)).rstrip().rstrip(";") for row in asked(shell, "sources", name).rows()]
    if not texts:
        raise UsageError(f"there is no function called {name}; \\df lists them")
    shell.page("".join(f"{text};\n" for text in texts))
