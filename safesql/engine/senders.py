r"""The commands of psql that send a statement: which of them are refused, and why."""

from __future__ import annotations

from pathlib import Path

from safesql.errors import Refused, UsageError
from safesql.sql.statement import Command

NOT_BUILT = {
    "gdesc": "describes a result without running it, which the prompt does and a script does not",
    "crosstabview": "is not built here; the rows can be shown as they are",
    "watch": "repeats a statement without end, which is not built here",
}


def refuse_sender(command: Command) -> None:
    """Raise Refused for a command that is not built or runs a program, UsageError for a file that is there."""
    argument = command.argument.strip()
    if command.name in NOT_BUILT:
        raise Refused(f"\\{command.name} {NOT_BUILT[command.name]}")
    if command.name not in ("g", "gx", "G"):
        return
    if argument.startswith("|") or "`" in argument:
        raise Refused(f"\\{command.name} {argument[:40]} runs a program, and safesql starts none; write to a file")
    if argument.startswith("("):
        raise Refused(f"\\{command.name} {argument[:40]}: a format for one result is not built; set it for the run")
    if Path(argument.strip("'")).expanduser().exists():
        raise UsageError(f"{argument} exists; choose another name, nothing is overwritten")
