"""Results to where the view sends them: the screen in the chosen format, or a file."""

from __future__ import annotations

from collections.abc import Callable

from safesql.commands.shell import View
from safesql.errors import UsageError
from safesql.formats import FORMATS
from safesql.formats.indented import indented
from safesql.formats.layout import Layout
from safesql.repl.screen import PagerClosed, Screen
from safesql.result import Result
from safesql.slotted import dataclass
from safesql.sql.dialect import Dialect

RAW = frozenset({"csv", "tsv", "json", "jsonl", "insert"})


@dataclass(slots=True)
class Shown:
    """What became of one statement's results; ``left`` when the person left the pager before the end."""

    rows: int = 0
    any: bool = False
    left: bool = False


def show(result: Result, view: View, screen: Screen, dialect: Dialect, form: str = "") -> Shown:
    r"""Render one result; ``form`` is asked for by the statement's ending, such as vertical by ``\\G``."""
    if not result.columns:
        return Shown()
    name = form or view.form
    if view.json and name in ("table", "vertical"):
        result = indented(result)
    if view.output is not None:
        layout = Layout(raw=name in RAW, null=view.null, header=view.header, expanded=view.expanded, dialect=dialect)
        return Shown(_to_file(result, view, name, layout), any=True)
    layout = Layout(
        width=screen.columns,
        color=view.color,
        null=view.null,
        header=view.header,
        expanded=view.expanded,
        footer=False,                           # the rows are counted in the line that tells the time
        dialect=dialect,
    )
    try:
        return Shown(FORMATS[name].render(result, screen.write, layout), any=True)
    except PagerClosed:
        return Shown(any=True, left=True)


def _to_file(result: Result, view: View, name: str, layout: Layout) -> int:
    """Append to the file that the view names; raises UsageError when it cannot be written."""
    if view.output is None:
        raise AssertionError("no file")
    try:
        with view.output.open("a", encoding="utf-8", errors="surrogateescape", newline="") as file:
            write: Callable[[str], object] = file.write
            return FORMATS[name].render(result, lambda text: (write(text), None)[1], layout)
    except OSError as error:
        raise UsageError(f"{view.output} cannot be written: {(error.strerror or '').lower()}") from error
