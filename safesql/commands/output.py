r"""``\o``: results to a file."""

from __future__ import annotations

from pathlib import Path

from safesql.commands.shell import Shell
from safesql.errors import Refused, UsageError

NAMES = ("o", "out", "tee")
USAGE = r"\o [FILE]"
SUMMARY = "write results to a new file instead of the screen; without one, to the screen again"


def run(shell: Shell, argument: str) -> None:
    """Open a file that does not exist yet; raises Refused for a program, UsageError for what cannot be written."""
    name = argument.strip().strip("'\"")
    if name.startswith("|"):
        raise Refused("\\o | runs a program; safesql starts none but your pager and your editor. Write to a file")
    if not name:
        shell.view.output = None
        shell.say("results go to the screen")
        return
    path = Path(name).expanduser()
    try:
        path.open("x", encoding="utf-8").close()
    except FileExistsError as error:
        raise UsageError(f"{path} exists; choose another name, nothing is overwritten") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {(error.strerror or '').lower()}") from error
    shell.view.output = path
    shell.say(f"results go to {path}, until \\o")
