r"""``\watch``: run the last statement again and again, as long as it only reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from safesql.commands.given import given
from safesql.commands.shell import Shell
from safesql.errors import Cancelled, Refused, UsageError
from safesql.slotted import dataclass
from safesql.sql.statement import Statement

NAMES = ("watch",)
USAGE = r"\watch [SECONDS] [c=TIMES]"
SUMMARY = "run the last statement every 2 or so many seconds, until Ctrl-C; only one that reads"

_ARGUMENT = re.compile(r"(?:i(?:nterval)?=)?(?P<seconds>\d{1,6}(?:\.\d{1,3})?)|c(?:ount)?=(?P<times>\d{1,9})")


@dataclass(frozen=True, slots=True)
class Pace:
    """How often; ``times`` None: until it is interrupted."""

    seconds: float = 2.0
    times: int | None = None


def run(shell: Shell, argument: str) -> None:
    """Judge it before every run, and stop at the first that is refused or fails; raises UsageError, Refused."""
    import time

    pace, statement = _pace(argument), given(shell, "")
    done = 0
    with _unpaged(shell):
        try:
            while pace.times is None or done < pace.times:
                _only_reads(shell, statement)
                shell.say(f"{time.strftime('%X')} (every {pace.seconds:g}s)")
                shell.run_text(statement.text)
                done += 1
                if done != pace.times:
                    time.sleep(pace.seconds)
        except (KeyboardInterrupt, Cancelled):
            shell.say(f"watched {done} times")


def _pace(argument: str) -> Pace:
    """Seconds and times, in any order; raises UsageError."""
    pace = Pace()
    for word in argument.partition(";")[0].split():
        found = _ARGUMENT.fullmatch(word)
        if found is None or found["times"] == "0":
            raise UsageError("give seconds, and how often if not until Ctrl-C: \\watch 5 c=10")
        pace = Pace(
            float(found["seconds"]) if found["seconds"] else pace.seconds,
            int(found["times"]) if found["times"] else pace.times,
        )
    return pace


def _only_reads(shell: Shell, statement: Statement) -> None:
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


@contextmanager
def _unpaged(shell: Shell) -> Iterator[None]:
    """No pager, which would wait for a key."""
    before, shell.view.pager = shell.view.pager, False
    try:
        yield
    finally:
        shell.view.pager = before
