"""Where results go: a format, a stream, and whether it is a terminal; the rest is said on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from safesql.cli.say import say
from safesql.engine.submit import Done, Fate
from safesql.errors import UsageError
from safesql.formats import FORMATS, Expanded, Layout
from safesql.formats.message import notice_lines, summary_line
from safesql.formats.visible import visible
from safesql.result import Result
from safesql.slotted import dataclass
from safesql.sql.dialect import Dialect


@dataclass(slots=True)
class Output:
    """One for a run; ``show`` renders a result and returns its rows."""

    form: str
    layout: Layout
    stream: TextIO
    watched: bool = False              # somebody sees on stderr how far a file is

    def show(self, result: Result) -> int:
        """Render; a result without columns has nothing to show."""
        if not result.columns:
            return 0
        if self.watched and self.stream is not sys.stdout:
            rows = self._seen(result)
        else:
            rows = FORMATS[self.form].render(result, self._write, self.layout)
        self.stream.flush()
        return rows

    def tell(self, done: Done, *, quiet: bool) -> None:
        """Notices always; the server's tag when somebody is looking and nothing else was shown."""
        for notice in done.summary.notices:
            for line in notice_lines(notice):
                say(line)
        if not quiet and not done.shown and done.fate is Fate.DONE and done.verdict.effect.changes:
            say(summary_line(done.summary))

    def echo(self, name: str, text: str) -> None:
        r"""What a script's own ``\echo`` prints among the results, and ``\warn`` beside them."""
        if name == "warn":
            sys.stderr.write(visible(text, keep="\n\t"))
            return
        self._write(text if self.layout.raw else visible(text, keep="\n\t"))
        self.stream.flush()

    def progress(self, wanted: bool | None) -> bool:
        """Whether a bar may be painted: on a terminal's stderr, and not between rows on the same screen."""
        if wanted is not None:
            return wanted
        return sys.stderr.isatty() and not self.stream.isatty()

    def close(self) -> None:
        """Everything is written when this returns; raises UsageError when the disk says no."""
        try:
            self.stream.flush()
            if self.stream is not sys.stdout:
                self.stream.close()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise UsageError(f"the output cannot be written: {error.strerror}") from error

    def _seen(self, result: Result) -> int:
        """Render into a file, with a line that tells how far it is."""
        from safesql.repl.written import Written

        with Written(sys.stderr, self.stream).watching(result) as watched:
            return FORMATS[self.form].render(watched, self._write, self.layout)

    def _write(self, text: str) -> None:
        """The port of the formats."""
        self.stream.write(text)


def output_of(form: str | None, path: str | None, color: bool | None, dialect: Dialect | None = None) -> Output:
    """Standard output or a file; a table on a terminal, else tsv. Raises UsageError when it cannot be written."""
    stream = _stream(path)
    terminal = stream.isatty()
    layout = Layout(
        width=_columns() if terminal else None,
        raw=not terminal,
        footer=terminal,
        color=colored(color, terminal=terminal),
        expanded=Expanded.AUTO if terminal else Expanded.OFF,
        dialect=dialect,
    )
    return Output(form or ("table" if terminal else "tsv"), layout, stream)


def _columns() -> int:
    """How wide the terminal is."""
    from shutil import get_terminal_size  # which loads what unpacks archives

    return get_terminal_size().columns


def colored(wanted: bool | None, *, terminal: bool, environ: Callable[[str], str | None] = os.environ.get) -> bool:
    """What --color says, else NO_COLOR (no-color.org) and the terminal's abilities."""
    if wanted is not None:
        return wanted
    return terminal and not environ("NO_COLOR") and environ("TERM") not in (None, "", "dumb")


def _stream(path: str | None) -> TextIO:
    """UTF-8; bytes that are none go back as they came, but to a terminal as escapes."""
    if path is None:
        if isinstance(sys.stdout, TextIOWrapper):
            errors = "backslashreplace" if sys.stdout.isatty() else "surrogateescape"
            sys.stdout.reconfigure(encoding="utf-8", errors=errors, newline="\n")
        return sys.stdout
    try:
        return Path(path).open("w", encoding="utf-8", errors="surrogateescape", newline="\n")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {(error.strerror or '').lower()}") from error
