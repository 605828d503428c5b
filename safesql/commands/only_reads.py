"""The condition on what is run many times by one line: that it only reads, and needs no yes."""

from __future__ import annotations

from safesql.commands.shell import Shell
from safesql.errors import Refused
from safesql.sql.statement import Statement


def only_reads(shell: Shell, statement: Statement) -> None:
    """Raise Refused for what would change something every few seconds, or needs a yes each time."""
    from safesql.guard.action import Action
    from safesql.guard.effect import Reach

    verdict = shell.session.looked_up(statement)
    if verdict.action is Action.BLOCK or statement.problem:
        return                                       # the road refuses it, with all that it says and records
    more = next((part for part in verdict.effect.everything() if part.reach is not Reach.READ), None)
    if more is not None:
        raise Refused(f"{more.verb.lower() or 'it'} is more than a read, so it is not repeated; nothing was sent")
    if verdict.action is not Action.ALLOW:
        raise Refused(f"{'; '.join(verdict.rules)}: it needs a yes each time, so it is not repeated; nothing was sent")
