r"""``\e``: the last statement in the editor."""

from __future__ import annotations

from safesql.commands.shell import Shell
from safesql.errors import UsageError

NAMES = ("e", "edit")
USAGE = r"\e"
SUMMARY = "edit the last statement in $EDITOR; it comes back to the prompt and waits for Enter"


def run(shell: Shell, argument: str) -> None:
    """Edit and put what comes back into the next input, where the guard looks at it as it does at typed text."""
    if argument.strip():
        raise UsageError("\\e edits the last statement; \\i FILE runs a script")
    text = shell.edit(f"{shell.last};\n" if shell.last else "")
    if text is None:
        shell.say("the editor did not end well; nothing was taken over")
    else:
        shell.feed(text.rstrip("\n"))
