r"""``\ev``: the definition of a view in the editor."""

from __future__ import annotations

from safesql.commands.shell import Shell

NAMES = ("ev",)
USAGE = r"\ev [NAME]"
SUMMARY = "edit a view in $EDITOR; it comes back to the prompt and waits for Enter"


def run(shell: Shell, argument: str) -> None:
    """Edit it, or the frame of a new one; raises UsageError unless the name is exactly one view."""
    from safesql.commands.definition import edit, only_one
    from safesql.rewrite.remade import NEW_VIEW, views_named

    name = argument.strip(" ;")
    probe = views_named(name, shell.session.connection.dialect)
    edit(shell, only_one(shell, probe, "view", name) if name else NEW_VIEW)
