r"""``\ef``: the definition of a function in the editor."""

from __future__ import annotations

from safesql.commands.shell import Shell
from safesql.errors import UsageError

NAMES = ("ef",)
USAGE = r"\ef [NAME]"
SUMMARY = "edit a function or procedure in $EDITOR; it comes back to the prompt and waits for Enter"


def run(shell: Shell, argument: str) -> None:
    """Edit it, or the frame of a new one; raises UsageError unless the name, with its types, is exactly one."""
    from safesql.commands.definition import edit, only_one
    from safesql.rewrite.remade import NEW_FUNCTION, functions_named

    connection = shell.session.connection
    name = argument.strip(" ;")
    probe = functions_named(name, connection.dialect)
    if probe is None:
        raise UsageError(f"{connection.server.product} keeps no functions; \\ev edits views")
    edit(shell, only_one(shell, probe, "function", name) if name else NEW_FUNCTION[connection.dialect.family])
