r"""``\watch``: run the last statement again and again, as long as it only reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from safesql.commands.given import given
from safesql.commands.only_reads import only_reads
from safesql.commands.shell import Shell
from safesql.errors import Cancelled, UsageError
from safesql.slotted import dataclass

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
                only_reads(shell, statement)
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


@contextmanager
def _unpaged(shell: Shell) -> Iterator[None]:
    """No pager, which would wait for a key."""
    before, shell.view.pager = shell.view.pager, False
    try:
        yield
    finally:
        shell.view.pager = before
