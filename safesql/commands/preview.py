r"""``\preview``: the rows that a statement would touch."""

from __future__ import annotations

from safesql.commands.given import given
from safesql.commands.shell import Shell
from safesql.guard.verdict import Verdict

NAMES = ("preview",)
USAGE = r"\preview [STATEMENT]"
SUMMARY = "count and show the rows that a statement, or the last one, would touch; it is not run"

ROWS = 20


def run(shell: Shell, argument: str) -> None:
    """Count, then show the first rows; the statement itself is never sent."""
    from safesql.engine.counting import touched

    session = shell.session
    verdict = session.judge(given(shell, argument))
    counted = touched(session.connection, verdict)
    if not counted:
        shell.say("it changes no rows that could be shown")
        return
    for table in counted:
        shell.say(f"it would touch {table}")
    preview(shell, verdict)


def preview(shell: Shell, verdict: Verdict) -> None:
    """The first rows that each part of a statement would touch; raises StatementFailed as the server does."""
    from safesql.engine.counting import sampled

    shown = 0
    for result in sampled(shell.session.connection, verdict, ROWS):
        shell.show(result)
        result.summary()
        shown += 1
    if not shown:
        shell.say("there is no way to show its rows without running it")
