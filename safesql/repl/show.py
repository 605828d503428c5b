"""Results to where the view sends them: the screen in the chosen format, or a file."""

from __future__ import annotations

import sys
from collections.abc import Callable

from safesql.commands.shell import View
from safesql.errors import UsageError
from safesql.formats import FORMATS
from safesql.formats.indented import indented
from safesql.formats.layout import Layout
from safesql.repl.first_rows import FirstRows, Shown
from safesql.repl.pager import browses_tables
from safesql.repl.screen import PagerClosed, Screen
from safesql.repl.written import Written
from safesql.result import Result
from safesql.sql.dialect import Dialect

RAW = frozenset({"csv", "tsv", "json", "jsonl", "insert"})


def show(first: FirstRows, view: View, screen: Screen, dialect: Dialect, form: str = "") -> Shown:
    r"""Render one result; ``form`` is asked for by the statement's ending, such as vertical by ``\\G``.

    Rows that nobody will see are dropped.
    """
    if not first.whole.columns:
        return Shown()
    name = form or view.form
    result = indented(first.result) if view.json and name in ("table", "vertical") else first.result
    if view.output is not None:
        layout = Layout(raw=name in RAW, null=view.null, header=view.header, expanded=view.expanded, dialect=dialect)
        return Shown(_to_file(result, view, name, layout), any=True)
    layout = Layout(
        width=screen.columns,
        color=view.color and not browses_tables(screen.pager),
        null=view.null,
        header=view.header,
        expanded=view.expanded,
        footer=False,                           # the rows are counted in the line that tells the time
        dialect=dialect,
    )
    screen.begin(name)
    try:
        FORMATS[name].render(result, screen.write, layout)
        left = False
    except PagerClosed:
        left = True
    if left or first.more:
        first.whole.drop()
    screen.end()
    return Shown(first.seen, any=True, more=first.more, left=left)


def _to_file(result: Result, view: View, name: str, layout: Layout) -> int:
    """Append to the file that the view names; raises UsageError when it cannot be written."""
    if view.output is None:
        raise AssertionError("no file")
    try:
        with view.output.open("a", encoding="utf-8", errors="surrogateescape", newline="") as file:
            write: Callable[[str], object] = file.write
            if view.plain or not sys.stderr.isatty():
                return FORMATS[name].render(result, write, layout)
            with Written(sys.stderr, file).watching(result) as watched:
                return FORMATS[name].render(watched, write, layout)
    except OSError as error:
        raise UsageError(f"{view.output} cannot be written: {(error.strerror or '').lower()}") from error
