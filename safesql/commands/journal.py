r"""``\journal``: what can still be taken back."""

from __future__ import annotations

from safesql.commands.shell import Shell
from safesql.errors import UsageError
from safesql.formats.visible import visible

NAMES = ("journal",)
USAGE = r"\journal"
SUMMARY = "list the changes that were kept for undo, with what can still be taken back"


def run(shell: Shell, argument: str) -> None:
    """Newest first; raises UsageError where nothing is kept."""
    from safesql.engine.undoing.keeper import UndoKeeper
    from safesql.engine.undoing.listing import listed

    del argument
    keeper = shell.session.keeper
    if not isinstance(keeper, UndoKeeper):
        raise UsageError("nothing is kept for undo here: the profile's policy says undo = off, or it only reads")
    lines = listed(keeper.journal, keeper.place)
    shell.page("\n".join(visible(line) for line in lines) + "\n" if lines else "nothing was changed here yet\n")
