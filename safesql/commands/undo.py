r"""``\undo``: take back what a statement changed."""

from __future__ import annotations

from safesql.commands.shell import Shell
from safesql.errors import UsageError
from safesql.sql.statement import Statement

NAMES = ("undo",)
USAGE = r"\undo [ID]"
SUMMARY = "take back the last change, or entry ID of the journal; rows changed since are never overwritten"


def run(shell: Shell, argument: str) -> None:
    """One transaction on the guarded road; raises Refused, and Drift where rows are not as they were left."""
    from safesql.engine.submit import submit
    from safesql.engine.undoing.keeper import UndoKeeper
    from safesql.engine.undoing.takeback import take_back, undoable

    session = shell.session
    if not isinstance(session.keeper, UndoKeeper):
        raise UsageError("nothing is kept for undo here: the profile's policy says undo = off, or it only reads")
    entry = undoable(session.keeper, number(argument))
    rows = ", ".join(f"{count:,} rows of {table}" for table, count in entry.rows.items())
    shell.say(f"undoing {entry.id}: {' '.join(entry.statement.split())[:80]} ({rows})")

    def one(statement: Statement) -> int | None:
        return submit(session, statement, shell.show).summary.affected

    put_right = take_back(session, session.keeper, entry, one)
    last = max(session.keeper.journal.entries())
    shell.say(f"{put_right:,} rows are as they were before entry {entry.id}; \\undo {last} takes this back")


def number(argument: str) -> int | None:
    """The id in an argument, None where there is none; raises UsageError for anything else."""
    word = argument.strip().rstrip(";").strip()
    if word and not word.isdecimal():
        raise UsageError("an entry of the journal is a number; \\journal lists them")
    return int(word) if word else None
