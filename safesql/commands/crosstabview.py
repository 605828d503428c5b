r"""``\crosstabview``: the last statement once more, its result turned into a grid."""

from __future__ import annotations

from itertools import islice

from safesql.commands.given import given
from safesql.commands.shell import Shell
from safesql.errors import UsageError
from safesql.formats.crosstab import Axes, crosstab
from safesql.result import Column, Result, Row, Summary
from safesql.slotted import dataclass, field

NAMES = ("crosstabview",)
USAGE = r"\crosstabview [DOWN [ACROSS [CELL [ORDER]]]]"
SUMMARY = "run the last statement once more and turn its rows into a grid; columns by number or name"

MOST = 100_000         # rows; they are held in memory
WIDEST = 1600          # columns, as many as psql allows
LEAST = 3              # columns that a result needs: down, across, cell


@dataclass(slots=True)
class Kept:
    """What is kept of a result."""

    columns: tuple[Column, ...] = ()
    rows: list[Row] = field(default_factory=list)

    def keep(self, result: Result) -> int:
        """No more than can be turned, and one, so that it is known that there is more."""
        self.columns, self.rows = result.columns, list(islice(result.rows(), MOST + 1))
        return len(self.rows)


def run(shell: Shell, argument: str) -> None:
    """Run it down the one road; raises UsageError for a result that gives no grid, and what the road raises."""
    kept = Kept()
    shell.run_shown(given(shell, "").text, kept.keep)
    if len(kept.rows) > MOST:
        raise UsageError(f"a grid is made of at most {MOST:,} rows; group them, or add a LIMIT")
    axes = _axes(argument.split(), kept.columns)
    try:
        grid = crosstab(kept.columns, kept.rows, axes, shell.view.null)
    except ValueError as error:
        raise UsageError(f"no grid: {error}; group the rows, or choose other columns") from None
    if len(grid.columns) > WIDEST:
        raise UsageError(f"a grid has at most {WIDEST:,} columns, not {len(grid.columns):,}; swap the first two")
    shell.show(Result(grid.columns, iter([grid.rows]), lambda: Summary(f"SELECT {len(grid.rows)}")))


def _axes(words: list[str], columns: tuple[Column, ...]) -> Axes:
    """The columns that were named; without names the first, the second, and the only one that is left."""
    if len(columns) < LEAST:
        raise UsageError(f"a grid needs at least three columns, down, across and cell; the result has {len(columns)}")
    if len(words) > len(("down", "across", "cell", "order")):
        raise UsageError(f"give at most four columns: {USAGE}")
    places = [_place(word, columns) for word in words]
    down, across = (*places[:2], *(0, 1)[len(places[:2]) :])
    if down == across:
        raise UsageError("a grid needs two different columns to go down and across")
    left = [n for n in range(len(columns)) if n not in (down, across)]
    if len(places) < LEAST and len(left) > 1:
        raise UsageError("name the column of the cells too; the result has more than three")
    cell = places[2] if len(places) >= LEAST else left[0]
    return Axes(down, across, cell, places[3] if len(places) > LEAST else None)


def _place(word: str, columns: tuple[Column, ...]) -> int:
    """Where a column is, given its number from one, or its name; raises UsageError unless it is one column."""
    if word.isdecimal():
        found = [int(word) - 1] if 1 <= int(word) <= len(columns) else []
    else:
        quoted = len(word) > 1 and word[0] == word[-1] == '"'
        name = word[1:-1].replace('""', '"') if quoted else word.lower()
        found = [n for n, column in enumerate(columns) if (column.name if quoted else column.name.lower()) == name]
    if len(found) != 1:
        raise UsageError(f"{'more than one column is' if found else 'no column is'} {word}; give its number")
    return found[0]
