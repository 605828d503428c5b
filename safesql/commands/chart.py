r"""``\chart``: a result of a label and a number as bars."""

from __future__ import annotations

from itertools import islice

from safesql.commands.given import given
from safesql.commands.shell import Shell
from safesql.errors import UsageError
from safesql.formats.chart import Bar, bars
from safesql.result import Cell, Column, Result, Row
from safesql.slotted import dataclass, field

NAMES = ("chart",)
USAGE = r"\chart [STATEMENT]"
SUMMARY = "run a statement, or the last one, and draw its two columns, a label and a number, as bars"

MOST = 1000            # bars; more are no picture


@dataclass(slots=True)
class Drawn:
    """What is kept of a result."""

    columns: tuple[Column, ...] = ()
    rows: list[Row] = field(default_factory=list)

    def keep(self, result: Result) -> int:
        """No more than can be drawn, and one, so that it is known that there is more."""
        self.columns, self.rows = result.columns, list(islice(result.rows(), MOST + 1))
        return len(self.rows)


def run(shell: Shell, argument: str) -> None:
    """Run it down the one road; raises UsageError for a result that is no chart, and what the road raises."""
    drawn = Drawn()
    shell.run_shown(given(shell, argument).text, drawn.keep)
    if len(drawn.columns) != len(("label", "number")):
        raise UsageError(f"a chart needs two columns, a label and a number; the result has {len(drawn.columns)}")
    rows = [Bar(_said(label, shell), _said(cell, shell), _number(cell)) for label, cell in drawn.rows[:MOST]]
    shell.page("".join(f"{line}\n" for line in bars(rows, shell.columns)))
    if len(drawn.rows) > MOST:
        shell.say(f"only the first {MOST:,} rows are drawn; group them, or add a LIMIT")


def _said(cell: Cell, shell: Shell) -> str:
    """The cell in words."""
    return shell.view.null if cell is None else f"\\x{cell.hex()}" if isinstance(cell, bytes) else str(cell)


def _number(cell: Cell) -> float | None:
    """What is drawn; None for NULL; raises UsageError for what is no number."""
    if cell is None:
        return None
    try:
        return float(cell)
    except ValueError:
        raise UsageError("a chart needs a number in its second column; name the label first") from None
