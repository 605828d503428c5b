"""Rows as JSON objects, the part that json and jsonl share: exact numbers, embedded JSON, unique names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from safesql.formats.rows import Encode, by_column, literal, texts
from safesql.formats.visible import HIDDEN, JOINERS, hexadecimal
from safesql.result import Cell, Chunk, Column, Shape

NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
"""A number as RFC 8259 section 6 writes it; its digits are kept as the server printed them."""

_TRUTH = {"t": "true", "true": "true", "1": "true", "f": "false", "false": "false", "0": "false"}
_ONE_LINE = str.maketrans("\n\r\t", "   ")


class Objects:
    """Writes chunks of rows as one object for each row, without what separates them."""

    def __init__(self, columns: Sequence[Column], *, raw: bool, separator: str) -> None:
        """``raw`` leaves control characters that JSON allows in strings as they are."""
        names = unique([column.name for column in columns])
        pairs = ", ".join(f"{literal(_string(name, raw=raw))}: %s" for name in names)
        self._template = f"{{{pairs}}}{separator}"
        self._separator = separator
        self._encoders = [_encoder(column.shape, raw=raw) for column in columns]

    def chunk(self, rows: Chunk) -> str:
        """The objects of a chunk that is not empty, a separator between each two."""
        text = by_column(rows, self._encoders, self._template)
        return text[:len(text) - len(self._separator)]


def unique(names: Iterable[str]) -> list[str]:
    """The names with ``_2``, ``_3`` behind those that came before, so that no value is lost in an object."""
    names = list(names)
    taken, found = set(names), set[str]()
    for position, name in enumerate(names):
        number = 2
        while names[position] in found or (number > 2 and names[position] in taken):
            names[position] = f"{name}_{number}"
            number += 1
        found.add(names[position])
    return names


def _encoder(shape: Shape, *, raw: bool) -> Encode:
    """How the cells of a column become JSON."""

    def string(cell: Cell) -> str:
        return _value(cell, raw=raw)

    match shape:
        case Shape.NUMBER:
            return lambda column: _numbers(column, string)
        case Shape.BOOLEAN:
            return lambda column: [_TRUTH.get(str(cell).lower()) or string(cell) for cell in column]
        case Shape.JSON:
            return lambda column: [_embedded(cell, raw=raw) or string(cell) for cell in column]
        case Shape.TEXT | Shape.BINARY:
            return lambda column: _strings(column, string, raw=raw)


def _numbers(column: Sequence[Cell], string: Callable[[Cell], str]) -> list[str]:
    """Numbers bare; NaN, Infinity and numbers with a money sign are strings."""
    number = NUMBER.fullmatch
    return [cell if isinstance(cell, str) and number(cell) else string(cell) for cell in column]


def _strings(column: Sequence[Cell], string: Callable[[Cell], str], *, raw: bool) -> list[str]:
    """Texts in quotes; a column with nothing to escape is checked at once."""
    checked = texts(column)
    if checked is None or _escapes(raw=raw).search(checked) or not set(map(type, column)) <= {str}:
        return [string(cell) for cell in column]
    return [f'"{cell!s}"' for cell in column]


def _value(cell: Cell, *, raw: bool) -> str:
    """One value by its own type."""
    if cell is None:
        return "null"
    if isinstance(cell, bytes):
        return f'"\\{hexadecimal(cell)}"'
    text = str(cell)
    if isinstance(cell, str) or not NUMBER.fullmatch(text):
        return _string(text, raw=raw)
    return text


def _embedded(cell: Cell, *, raw: bool) -> str | None:
    """JSON as the server gave it, on one line; None when it is not valid JSON."""
    if not isinstance(cell, str):
        return None
    from json import loads

    try:
        loads(cell, parse_int=str, parse_float=str, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    return _beyond(raw=raw).sub(_escape, cell.translate(_ONE_LINE))


def _no_constant(name: str) -> None:
    """NaN and Infinity are not JSON, though Python reads them."""
    raise ValueError(name)


def _string(text: str, *, raw: bool) -> str:
    """A text in quotes, all that JSON or a terminal cannot take as an escape."""
    return f'"{_escapes(raw=raw).sub(_escape, text)}"'


_SHORT = {'"': r"\"", "\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\b": r"\b", "\f": r"\f"}


def _escape(found: re.Match[str]) -> str:
    """One character as an escape; those past U+FFFF as two halves."""
    character = found[0]
    if character in _SHORT:
        return _SHORT[character]
    code = ord(character)
    if code <= 0xFFFF:
        return f"\\u{code:04x}"
    return f"\\u{0xD7C0 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


@cache
def _escapes(*, raw: bool) -> re.Pattern[str]:
    """What is escaped in a string: halves of characters always, since a file could not hold them."""
    return re.compile("[\"\\\\\x00-\x1f\ud800-\udfff]" if raw else f'["\\\\{HIDDEN}{JOINERS}]')


@cache
def _beyond(*, raw: bool) -> re.Pattern[str]:
    """The same for JSON that is embedded, whose own escapes stay; outside of strings there is nothing of it."""
    return re.compile("[\ud800-\udfff]" if raw else f"[{HIDDEN}{JOINERS}]")
