"""A server's plan as a tree in the terminal: what each step costs, the rows expected and come, and what it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from safesql.formats.visible import visible
from safesql.slotted import dataclass

FAR = 100.0            # times; where expectation and truth are further apart, the statistics are worth a look
FEW = 1000.0           # rows; below that nobody minds


@dataclass(frozen=True, slots=True)
class Step:
    """One step; its numbers are for all its loops, None where the server does not say them."""

    label: str
    cost: float | None = None             # up to this step and with it, in the server's unit
    rows: float | None = None             # expected
    came: float | None = None             # really; only where the statement was run
    milliseconds: float | None = None
    notes: tuple[str, ...] = ()
    scanned: tuple[str, ...] = ()         # schema and name of a table that it reads from end to end
    parts: tuple[Step, ...] = ()

    def walk(self) -> Iterator[Step]:
        """This step and all below it."""
        waiting = [self]
        while waiting:
            step = waiting.pop()
            yield step
            waiting.extend(reversed(step.parts))


_Number = Callable[[Step], float | None]


def drawn(roots: Sequence[Step], warnings: Mapping[tuple[str, ...], str]) -> Iterator[str]:
    """Lines: a heading, then one for each step and those of its notes; ``warnings`` are by the table scanned."""
    columns = _columns(roots)
    heading = [f"{name:>{width}}" for name, width, _ in columns]
    yield "  ".join([*heading, "plan"])
    blank = "".join(" " * (width + 2) for _, width, _ in columns)
    for step, before, below in _laid(roots):
        numbers = "".join(f"{_spoken(number(step)):>{width}}  " for _, width, number in columns)
        yield f"{numbers}{before}{visible(step.label)}"
        for note in (*step.notes, *_remarks(step, warnings)):
            yield f"{blank}{below}    {visible(' '.join(note.split()))}"


def _laid(roots: Sequence[Step]) -> Iterator[tuple[Step, str, str]]:
    """Each step with what stands before its own line and before those of its notes."""
    waiting = [(root, "", "") for root in reversed(roots)]
    while waiting:
        step, before, margin = waiting.pop()
        yield step, before, margin + ("│" if step.parts else "")
        last = len(step.parts) - 1
        for number in range(last, -1, -1):
            own, under = ("└─ ", "   ") if number == last else ("├─ ", "│  ")
            waiting.append((step.parts[number], margin + own, margin + under))


def _columns(roots: Sequence[Step]) -> list[tuple[str, int, _Number]]:
    """Those that any step has a number for, with the width that the widest needs."""
    steps = [step for root in roots for step in root.walk()]
    known: tuple[tuple[str, _Number], ...] = (
        ("cost", lambda step: step.cost),
        ("rows", lambda step: step.rows),
        ("came", lambda step: step.came),
        ("ms", lambda step: step.milliseconds),
    )
    return [
        (name, max(len(name), *(len(_spoken(number(step))) for step in steps)), number)
        for name, number in known
        if any(number(step) is not None for step in steps)
    ]


def _remarks(step: Step, warnings: Mapping[tuple[str, ...], str]) -> Iterator[str]:
    """What a person should look at."""
    if step.scanned in warnings:
        yield f"warning: {warnings[step.scanned]}"
    if step.came is None or step.rows is None or max(step.came, step.rows) < FEW:
        return
    more, fewer = max(step.came, step.rows, 1.0), max(min(step.came, step.rows), 1.0)
    if more / fewer >= FAR:
        yield f"warning: {step.rows:,.0f} rows were expected and {step.came:,.0f} came; ANALYZE renews the statistics"


def _spoken(number: float | None) -> str:
    """With as many digits as anybody reads."""
    if number is None:
        return ""
    if number == round(number) or abs(number) >= 1000:
        return f"{number:,.0f}"
    return f"{number:.2f}" if abs(number) >= 0.1 else f"{number:.3f}"
