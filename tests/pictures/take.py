"""Take the pictures of README.md: the real ``safesql demo`` on a terminal of 100 x 24, its screen drawn as SVG.

Run it: python tests/pictures/take.py            writes the pictures next to this file
        python tests/pictures/take.py --check    says which of them no longer show what the prompt shows
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path

import pexpect
import pyte

ROOT = Path(__file__).resolve().parent.parent.parent
COLUMNS, ROWS = 100, 24
PATIENCE = 30.0                                            # seconds until a text must be on the screen
ENTER, KILL_LINE = "\r", "\x15"
LOOK = "select status, count(*) from billing group by status;"
FORGOTTEN = "delete from billing;"
NARROW = "delete from billing where status = 'void';"
JOIN = "select c.name, b.amount from billing b join c"
ONE = "delete from billing where id = 7;"
VARIES = re.compile(r"(?<= )/\S*/safesql-demo-\w+/| \(\d+ m?s\)")

CELL, LINE, SIZE, EDGE = 8.4, 18, 14, 16                   # width and height of a character, font size, margin; pixels
PAGE, INK = "#0d1117", "#d6dde6"
FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"
PALETTE = {
    "black": "#1c2128", "red": "#c93c37", "green": "#57ab5a", "brown": "#daaa3f", "blue": "#539bf5",
    "magenta": "#b083f0", "cyan": "#39c5cf", "white": "#f0f3f6", "brightblack": "#3d4450", "brightred": "#ff7b72",
    "brightgreen": "#7ee787", "brightbrown": "#e3b341", "brightblue": "#79c0ff", "bfightmagenta": "#d2a8ff",
    "brightmagenta": "#d2a8ff", "brightcyan": "#56d4dd", "brightwhite": "#ffffff",
}  # fmt: skip
"""The sixteen colours as pyte names them, which has one of them misspelt; brown is what others call yellow."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell is painted, with the colours that the page will have."""

    ink: str
    page: str
    bold: bool
    underlined: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One character of the screen."""

    text: str
    style: Style


@dataclass(frozen=True, slots=True)
class Shot:
    """The screen at one moment; ``cursor`` is its column and row, None when it is hidden."""

    lines: tuple[tuple[Cell, ...], ...]
    cursor: tuple[int, int] | None


class Terminal:
    """A person at the demo, slower than a paste; ``home`` is theirs alone."""

    def __init__(self, home: Path) -> None:
        around = {"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8",
                  "PYTHONPATH": str(ROOT)}
        self._process: pexpect.spawn[bytes] = pexpect.spawn(sys.executable, ["-m", "safesql", "demo"], env=around, cwd=str(home),
                                      dimensions=(ROWS, COLUMNS))
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)

    def types(self, keys: str) -> None:
        """Keys, as fast as a terminal sends them."""
        self._process.send(keys)

    def sees(self, *texts: str) -> None:
        """Wait until all of them are on the screen and it has been quiet for a moment."""
        end = time.monotonic() + PATIENCE
        while self._looks() or not all(text in "\n".join(self._screen.display) for text in texts):
            if time.monotonic() > end:
                raise SystemExit(f"take.py: {texts} did not appear:\n" + "\n".join(self._screen.display))

    def _looks(self) -> bool:
        """Take in what was painted within half a second; False when nothing was."""
        try:
            painted = self._process.read_nonblocking(65536, timeout=0.5)
        except pexpect.TIMEOUT:
            return False
        except pexpect.EOF:
            raise SystemExit("take.py: safesql demo has ended:\n" + "\n".join(self._screen.display)) from None
        self._stream.feed(painted)
        if b"\x1b[6n" in painted:                          # where is the cursor? prompt_toolkit wants to know
            self._process.send(f"\x1b[{self._screen.cursor.y + 1};{self._screen.cursor.x + 1}R")
        return True

    def shot(self) -> Shot:
        """What is on the screen now."""
        lines = tuple(_line(self._screen.buffer[row]) for row in range(ROWS))
        cursor = self._screen.cursor
        return Shot(lines, None if cursor.hidden else (cursor.x, cursor.y))

    def close(self) -> None:
        """Leave it."""
        self._process.close(force=True)


def _line(row: pyte.screens.StaticDefaultDict[int, pyte.screens.Char]) -> tuple[Cell, ...]:
    """The cells of a row, without what differs each time: the folder that the demo was made in, and milliseconds."""
    cells = tuple(Cell(row[column].data, _style(row[column])) for column in range(COLUMNS))
    while found := VARIES.search("".join(cell.text for cell in cells)):
        cells = cells[: found.start()] + cells[found.end() :]
    return cells


def _style(char: pyte.screens.Char) -> Style:
    """The colours of a character, turned around where it is in reverse video."""
    ink, page = _color(char.fg, INK), _color(char.bg, PAGE)
    return Style(page, ink, char.bold, char.underscore) if char.reverse else Style(ink, page, char.bold, char.underscore)


def _color(name: str, default: str) -> str:
    """One of the sixteen, or the hexadecimal digits of another."""
    return default if name == "default" else PALETTE.get(name, f"#{name}")


def svg(shot: Shot, title: str) -> str:
    """The picture: a page of its own colour, a rectangle for each background, one text for each style, the cursor."""
    width, height = round(COLUMNS * CELL + 2 * EDGE), ROWS * LINE + 2 * EDGE
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" aria-label="{escape(title)}">\n<title>{escape(title)}</title>\n'
        f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8" fill="{PAGE}" stroke="#444c56"/>\n'
        f'<g font-family="{FONT}" font-size="{SIZE}" xml:space="preserve">'
    )
    return "\n".join((head, *_painted(shot), "</g>", "</svg>", ""))


def _painted(shot: Shot) -> Iterator[str]:
    """The elements from top to bottom, the cursor below the text."""
    if shot.cursor:
        column, row = shot.cursor
        yield f'<rect x="{_x(column)}" y="{EDGE + row * LINE}" width="{CELL}" height="{LINE}" fill="{INK}"/>'
    for number, line in enumerate(shot.lines):
        for column, style, text in _runs(line):
            yield from _run(column, number, style, text)


def _runs(line: Iterable[Cell]) -> Iterator[tuple[int, Style, str]]:
    """Neighbours of one style: column, style, text."""
    column = 0
    for style, cells in groupby(line, key=lambda cell: cell.style):
        text = [cell.text for cell in cells]
        yield column, style, "".join(text)
        column += len(text)


def _run(column: int, row: int, style: Style, text: str) -> Iterator[str]:
    """A background where it is not the page's own, and the text where there is any."""
    top = EDGE + row * LINE
    if style.page != PAGE:
        yield f'<rect x="{_x(column)}" y="{top}" width="{len(text) * CELL:g}" height="{LINE}" fill="{style.page}"/>'
    if shown := text.strip():
        start = column + len(text) - len(text.lstrip())
        weight = ' font-weight="bold"' * style.bold + ' text-decoration="underline"' * style.underlined
        yield (
            f'<text x="{_x(start)}" y="{top + SIZE}" fill="{style.ink}"{weight} textLength="{len(shown) * CELL:g}" '
            f'lengthAdjust="spacingAndGlyphs">{escape(shown, quote=False)}</text>'
        )


def _x(column: int) -> str:
    """Where a column begins, in pixels."""
    return f"{EDGE + column * CELL:g}"


def pictures() -> dict[str, str]:
    """Every picture by the name of its file; all from one session."""
    with tempfile.TemporaryDirectory() as home:
        terminal = Terminal(Path(home))
        terminal.sees("demo>")
        terminal.types(LOOK)
        terminal.sees(LOOK, "ALLOW")
        terminal.types(ENTER)
        terminal.sees("void")
        terminal.types(FORGOTTEN)
        terminal.sees(FORGOTTEN, "BLOCK")
        refused = terminal.shot()
        terminal.types(KILL_LINE + NARROW)
        terminal.sees(NARROW)
        terminal.types(ENTER)
        terminal.sees("answer>")
        asked = terminal.shot()
        terminal.types("p")
        terminal.types(ENTER)
        terminal.sees("414 |", "[r]un it", "answer>")
        sampled = terminal.shot()
        terminal.types("c" + ENTER)
        terminal.sees("nothing was sent")
        terminal.types(JOIN)
        terminal.sees("join by foreign key")
        completed = terminal.shot()
        terminal.types(KILL_LINE + ONE)
        terminal.sees(ONE)
        terminal.types(ENTER)
        terminal.sees("DELETE 1")
        terminal.types("\\undo")
        terminal.sees("> \\undo")
        terminal.types(ENTER)
        terminal.sees("takes this back")
        undone = terminal.shot()
        terminal.close()
    return {
        "prompt.svg": svg(refused, "safesql at its prompt: delete from billing is blocked before Enter is pressed"),
        "question.svg": svg(asked, "safesql asks before 137 of 2,431 rows are deleted, naming server and table"),
        "sample.svg": svg(sampled, "the same question after p: the rows that would go, read from the server"),
        "completion.svg": svg(completed, "completion after JOIN offers the table that a foreign key leads to, with its ON"),
        "undo.svg": svg(undone, "a deleted row and the payment that went with it are taken back by \\undo"),
    }


def _comparable(picture: str) -> str:
    """Without the version of the SQLite library, which depends on the machine."""
    return re.sub(r' textLength="[\d.]+"', "", re.sub(r"SQLite \d[\d.]*\d", "SQLite", picture))


def main(words: list[str]) -> int:
    """Write them, or compare them with what is there."""
    folder, stale = Path(__file__).parent, []
    for name, picture in pictures().items():
        path = folder / name
        if words != ["--check"]:
            path.write_text(picture, "utf-8")
        elif not path.exists() or _comparable(path.read_text("utf-8")) != _comparable(picture):
            stale.append(name)
    if stale:
        print(f"take.py: {', '.join(stale)} are no longer true; run python tests/pictures/take.py", file=sys.stderr)
    return len(stale)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
