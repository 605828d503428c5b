"""Option files as MySQL's and MariaDB's own clients read them: groups, quotes, escapes, comments, other files included.

https://mariadb.com/kb/en/configuring-mariadb-with-option-files/, and held to ``my_print_defaults`` by the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

GROUPS = frozenset({"client", "client-server", "client-mariadb", "mysql", "mariadb-client"})
"""What the mysql and mariadb clients read."""

SYSTEM = (Path("/etc/my.cnf"), Path("/etc/mysql/my.cnf"))
"""Files for everybody on a machine, read before one's own."""

DEEPEST = 10               # files that include each other
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "r": "\r", "s": " ", "\\": "\\", '"': '"', "'": "'"}
_SPACE = " \t\r\v\f"

Read = Callable[[Path], str | None]
"""The text of a file, or None for one that is not to be had."""


def options_in(file: Path, read: Read, groups: frozenset[str] = GROUPS) -> Iterator[tuple[str, str | None]]:
    """Name and value of each option of these groups, in order: the last of a repeated one counts.

    Names are as written; the value is None where there is no equals sign. Files that are not to be had are left out.
    """
    yield from _options(file, read, groups, DEEPEST)


def last_of(options: Iterator[tuple[str, str | None]]) -> dict[str, str]:
    """The values that count; an underscore in a name is a hyphen, and ``loose-`` says nothing here."""
    return {
        name.lower().replace("_", "-").removeprefix("loose-"): value for name, value in options if value is not None
    }


def _options(file: Path, read: Read, groups: frozenset[str], depth: int) -> Iterator[tuple[str, str | None]]:
    """The options of one file and of those that it includes."""
    text = read(file)
    ours = False
    for raw in (text or "").split("\n"):
        line = raw.strip(_SPACE)
        if line.startswith("!"):
            for other in _included(line, file):
                yield from _options(other, read, groups, depth - 1) if depth else ()
        elif line.startswith("["):
            ours = line[1:].partition("]")[0].rstrip(_SPACE) in groups
        elif ours and line and line[0] not in "#;":
            yield _option(line)


def _included(line: str, of: Path) -> Iterator[Path]:
    """The files of !include and !includedir; of a folder those that end in .cnf, in the order of their names."""
    word, _, rest = line.partition(" ")
    word, _, tabbed = word.partition("\t")
    path = of.parent / Path((rest or tabbed).strip(_SPACE)).expanduser()
    if word == "!include":
        yield path
    elif word == "!includedir" and path.is_dir():
        yield from sorted(each for each in path.iterdir() if each.name.endswith(".cnf"))


def _option(line: str) -> tuple[str, str | None]:
    """A line without its comment, cut at the first equals sign."""
    name, equals, value = _uncommented(line).partition("=")
    if not equals:
        return name.rstrip(_SPACE), None
    value = value.strip(_SPACE)
    if len(value) > 1 and value[0] in "'\"" and value[0] == value[-1]:
        value = value[1:-1]
    return name.rstrip(_SPACE), _unescaped(value)


def _uncommented(line: str) -> str:
    """What stands before a # outside of quotes."""
    quote, escaped = "", False
    for at, char in enumerate(line):
        if char in "'\"" and not escaped:
            quote = char if not quote else "" if quote == char else quote
        if char == "#" and not quote:
            return line[:at]
        escaped = bool(quote) and char == "\\" and not escaped
    return line


def _unescaped(value: str) -> str:
    """Backslash sequences that are known stand for a character; others for themselves."""
    parts, at = [], 0
    while at < len(value):
        known = _ESCAPES.get(value[at + 1 : at + 2]) if value[at] == "\\" else None
        parts.append(known if known is not None else value[at])
        at += 1 if known is None else 2
    return "".join(parts)
