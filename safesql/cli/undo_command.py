"""``safesql undo``: take back what a statement changed, write that down for review, or list what can be taken back."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path

import click

from safesql.cli.request import Request
from safesql.cli.say import say
from safesql.errors import UsageError
from safesql.formats.visible import visible
from safesql.sql.statement import Statement
from safesql.store.private import state_folder


@click.command("undo")
@click.argument("words", nargs=-1, metavar="[ID] [TARGET]")
@click.option("-p", "--profile", metavar="NAME", help="Connect with this profile.")
@click.option("--list", "listing", is_flag=True, help="List what was changed, where, and what can still be undone.")
@click.option("--stage", metavar="FILE", help="Write the statements to FILE for review instead of running them.")
@click.option("--allow", "allow", multiple=True, metavar="RULE[,RULE...]", help="Answer confirm findings of them.")
@click.option("--reason", metavar="TEXT", help="Why --allow; recorded in the audit log.")
@click.option("--config", metavar="PATH", help="Read this config file instead of the user's.")
@click.option("--no-config", is_flag=True, help="Read no config file but the system's.")
def COMMAND(words: tuple[str, ...], listing: bool, stage: str | None, **options: object) -> int:  # noqa: N802
    """Take back the last change at TARGET, or entry ID of the journal.

    All in one transaction; where rows changed since, they are named and nothing is undone.
    """
    number, target = _meant(words)
    if listing:
        return _listed()
    return _undo(Request.of({**options, "target": target}), number, Path(stage) if stage else None)


def _meant(words: tuple[str, ...]) -> tuple[int | None, str | None]:
    """The id and the target; raises UsageError for more than these two."""
    ids = [word for word in words[:1] if word.isdecimal()]
    rest = words[len(ids) :]
    if len(rest) > 1:
        raise UsageError("give an ID and a TARGET, at most one of each; see safesql undo --help")
    return (int(ids[0]) if ids else None), (rest[0] if rest else None)


def _listed() -> int:
    """All entries, of every target."""
    from safesql.engine.undoing.listing import listed
    from safesql.store.journal.journal import Journal

    for line in listed(Journal.of(state_folder(os.environ))):
        sys.stdout.write(visible(line) + "\n")
    return 0


def _undo(request: Request, number: int | None, stage: Path | None) -> int:
    """Connect, settle what was left open, and take it back."""
    from safesql.cli.start import connected
    from safesql.engine.answers import Answers
    from safesql.engine.submit import submit
    from safesql.engine.undoing.attach import keeper_of, settled
    from safesql.engine.undoing.staged import stage_undo
    from safesql.engine.undoing.takeback import take_back, undoable

    session, answers = connected(request, terminal=sys.stdin.isatty()), Answers(request.allowed)
    with closing(session.connection), closing(session.audit):
        keeper = keeper_of(session, state_folder(os.environ))
        for sentence in settled(session, keeper):
            say(sentence)
        entry = undoable(keeper, number)
        if stage is not None:
            count = stage_undo(session, keeper, entry, stage)
            say(f"{count:,} statements that undo entry {entry.id} are in {stage}; safesql -f runs them")
            return 0

        def one(statement: Statement) -> int | None:
            done = submit(session, statement, lambda result: sum(len(chunk) for chunk in result), answers)
            return done.summary.affected

        rows = take_back(session, keeper, entry, one, answers)
        say(f"{rows:,} rows are as they were before entry {entry.id}")
    return 0
