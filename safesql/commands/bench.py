r"""``\bench``: how long a statement that reads takes, over many runs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from safesql.commands.given import given
from safesql.commands.only_reads import only_reads
from safesql.commands.shell import Shell
from safesql.engine.submit import Done
from safesql.errors import Cancelled, UsageError
from safesql.result import Result
from safesql.slotted import dataclass

NAMES = ("bench",)
USAGE = r"\bench [TIMES] [SECONDS s] [STATEMENT]"
SUMMARY = "run a statement that only reads many times (20, for 10s at most): min, median, p95, max"

_TIMES = re.compile(r"(?P<times>[0-9]{1,7})(?![0-9.a-z])")
_SECONDS = re.compile(r"(?P<seconds>[0-9]{1,6}(?:\.[0-9]{1,3})?)\s?s(?![0-9a-z])")


@dataclass(frozen=True, slots=True)
class Runs:
    """When it ends: whichever comes first."""

    times: int = 20
    seconds: float = 10.0


def run(shell: Shell, argument: str) -> None:
    """Judge it before each run, drop its rows, and stop at the first that fails; raises UsageError, Refused."""
    from time import monotonic

    runs, text = _runs(argument.strip())
    statement = given(shell, text)
    spent: list[float] = []
    rows: list[int] = []
    end = monotonic() + runs.seconds
    try:
        while len(spent) < runs.times and (not spent or monotonic() < end):
            only_reads(shell, statement)
            shell.run_shown(statement.text, lambda result: _dropped(result, rows))
            if isinstance(shell.outcome, Done):
                spent.append(shell.outcome.seconds)
    except (KeyboardInterrupt, Cancelled):
        shell.say("interrupted")
    if spent:
        shell.page(f"{told(spent)}; {rows[-1] if rows else 0:,} rows\n")


def _runs(argument: str) -> tuple[Runs, str]:
    """Times, seconds, and the statement behind them; raises UsageError for none."""
    runs = Runs()
    found = _TIMES.match(argument)
    if found:
        runs, argument = Runs(int(found["times"]), runs.seconds), argument[found.end():].lstrip()
    found = _SECONDS.match(argument)
    if found:
        runs, argument = Runs(runs.times, float(found["seconds"])), argument[found.end():].lstrip()
    if not runs.times or not runs.seconds:
        raise UsageError("give how often, and for how long at most: \\bench 100 30s SELECT 1")
    return runs, argument


def _dropped(result: Result, rows: list[int]) -> int:
    """Read to its end, since that is part of the time."""
    rows.append(sum(map(len, result)))
    return rows[-1]


def told(spent: Sequence[float]) -> str:
    """``20 runs: min 1.20 ms, median 1.31 ms, p95 2.04 ms, max 8.10 ms (the first 8.10 ms)``.

    The percentile is the smallest time that so many of the runs do not exceed.
    """
    ordered = sorted(spent)
    middle = len(ordered) // 2
    median = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    late = ordered[-(-95 * len(ordered) // 100) - 1]
    named = (("min", ordered[0]), ("median", median), ("p95", late), ("max", ordered[-1]))
    words = ", ".join(f"{name} {seconds * 1000:,.2f} ms" for name, seconds in named)
    return f"{len(spent)} {'run' if len(spent) == 1 else 'runs'}: {words} (the first {spent[0] * 1000:,.2f} ms)"
