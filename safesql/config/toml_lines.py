"""The line on which each key of a TOML text stands, which the standard library's parser does not tell."""

from __future__ import annotations

import re

from safesql.sql.possessive import compiled

Path = tuple[str, ...]

_PART = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
_DOTTED = rf"{_PART}(?:[ \t]*+\.[ \t]*+{_PART})*+"
_KEY = compiled(rf"[ \t]*+({_DOTTED})[ \t]*+=")
_HEADER = compiled(rf"[ \t]*+\[\[?[ \t]*+({_DOTTED})[ \t]*+\]")
_PARTS = compiled(_PART)
_VALUE = compiled(
    r'"""(?:[^\\]|\\.)*?"{3,5}(?!")|"(?:[^"\\\n]|\\.)*+"|' + r"'''.*?'{3,5}(?!')|'[^'\n]*+'|#[^\n]*+|[\[{\]}\n]",
    re.DOTALL,
)


def key_lines(text: str) -> dict[Path, int]:
    """Line numbers, from 1, of tables and keys of a text that ``tomllib`` has accepted; tables of arrays by number."""
    lines: dict[Path, int] = {}
    table: Path = ()
    at, line = 0, 1
    while at < len(text):
        header = _HEADER.match(text, at)
        key = None if header else _KEY.match(text, at)
        if header:
            table = _parts(header[1])
            _remember(lines, (), table, line)
            if header[0].lstrip().startswith("[["):
                table = _numbered(lines, table, line)
        elif key:
            _remember(lines, table, _parts(key[1]), line)
        begin = header or key
        end = _end_of_value(text, begin.end() if begin else at)
        line += text.count("\n", at, end)
        at = end
    return lines


def _numbered(lines: dict[Path, int], table: Path, line: int) -> Path:
    """The path of the next table of an array: its name and a number from 0."""
    number = 0
    while (*table, str(number)) in lines:
        number += 1
    lines[*table, str(number)] = line
    return (*table, str(number))


def _remember(lines: dict[Path, int], table: Path, parts: Path, line: int) -> None:
    """The line of a key and of the tables it opens on its way; the first mention counts."""
    for length in range(1, len(parts) + 1):
        lines.setdefault((*table, *parts[:length]), line)


def _parts(dotted: str) -> Path:
    """The words of a dotted key, unquoted."""
    return tuple(_word(part) for part in _PARTS.findall(dotted))


def _word(part: str) -> str:
    """One word of a key; only quoted ones need the parser."""
    import tomllib

    return str(tomllib.loads(f"x = {part}")["x"]) if part[0] in "\"'" else part


def _end_of_value(text: str, at: int) -> int:
    """Behind the newline that ends what begins here; newlines in strings and brackets do not count."""
    depth = 0
    for found in _VALUE.finditer(text, at):
        mark = found[0]
        if mark in "[{":
            depth += 1
        elif mark in "]}":
            depth -= 1
        elif mark == "\n" and depth <= 0:
            return found.end()
    return len(text)
