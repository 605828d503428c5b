r"""``\preview``: the rows that a statement would touch."""

from __future__ import annotations

from safesql.commands.given import given
from safesql.commands.shell import Shell
from safesql.guard.verdict import Verdict

NAMES = ("preview",)
USAGE = r"\preview [STATEMENT]"
SUMMARY = "count and show the rows that a statement, or the last one, would touch, cascades included"

ROWS = 20


def run(shell: Shell, argument: str) -> None:
    """Count, then show the first rows; the statement itself is never sent."""
    session = shell.session
    verdict = session.looked_up(given(shell, argument))
    if counted(shell, verdict):
        preview(shell, verdict)
    else:
        shell.say("it changes no rows that could be shown")


def counted(shell: Shell, verdict: Verdict) -> bool:
    """Say how many rows of which tables, and what else there is to know; whether there was anything to say."""
    from safesql.engine.cascades import cascades
    from safesql.engine.counting import touched
    from safesql.engine.notes import notes
    from safesql.engine.way_back import no_way_back

    connection = shell.session.connection
    found = cascades(connection, verdict)
    tables = touched(connection, verdict, found=found)
    if not tables:
        return False
    for table in tables:
        shell.say(f"it would touch {table}" if table.rows is not None else str(table))
    lost = no_way_back(connection, verdict, found)
    for line in (*notes(connection, verdict, found).lines, *((lost,) if lost else ())):
        shell.say(line)
    return True


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
