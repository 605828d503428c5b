"""Values as literals that mean the same on the server whatever its session's modes, and that no terminal acts on."""

from __future__ import annotations

import re
from functools import cache

from safesql.formats.objects import NUMBER
from safesql.formats.visible import HIDDEN, JOINERS
from safesql.result import Cell, Shape
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_string

_TRUTH = {"t": "TRUE", "true": "TRUE", "f": "FALSE", "false": "FALSE"}


def literal(cell: Cell, shape: Shape, dialect: Dialect) -> str:
    """A value as the dialect writes it; a number keeps its digits, and is a string when it is not plainly a number."""
    if cell is None:
        return "NULL"
    if isinstance(cell, bytes):
        return _binary(cell, dialect)
    text = str(cell)
    if (shape is not Shape.TEXT or not isinstance(cell, str)) and shape is not Shape.JSON and NUMBER.fullmatch(text):
        return text
    if not isinstance(cell, str) and dialect.family is Family.SQLITE and text in ("inf", "-inf"):
        return text.replace("inf", "9e999")         # the way SQLite's own shell writes them
    if shape is Shape.BOOLEAN and text.lower() in _TRUTH:
        return _TRUTH[text.lower()]
    return string(text, dialect)


def string(text: str, dialect: Dialect) -> str:
    """A string literal; line feeds and tabs stay, everything else that is hidden is spelled in ASCII."""
    if not _hidden().search(text):
        return quote_string(text, dialect)
    match dialect.family:
        case Family.POSTGRES:
            doubled = text.replace("\\", "\\\\").replace("'", "''")
            return f"E'{_hidden().sub(_postgres_escape, doubled)}'"
        case Family.MYSQL:
            return f"{'' if _half(text) else '_utf8mb4 '}X'{_bytes(text).hex()}'"
        case Family.SQLITE:
            return f"CAST(X'{_bytes(text).hex()}' AS TEXT)"


def _binary(data: bytes, dialect: Dialect) -> str:
    """Binary data; ``decode`` reads the same whatever standard_conforming_strings is."""
    return f"decode('{data.hex()}', 'hex')" if dialect.family is Family.POSTGRES else f"X'{data.hex()}'"


def _postgres_escape(found: re.Match[str]) -> str:
    """A character of an E'' string; a byte that was not valid in the client's encoding is that byte again."""
    code = ord(found[0])
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _bytes(text: str) -> bytes:
    """The bytes as they came from the server; half a character that never was a byte is written like any other."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _half(text: str) -> bool:
    """Whether there are bytes in it that are not UTF-8, which only a literal without a character set can hold."""
    return any("\ud800" <= character <= "\udfff" for character in text)


@cache
def _hidden() -> re.Pattern[str]:
    """What a literal does not hold as it is."""
    return re.compile(f"(?![\n\t])[{HIDDEN}{JOINERS}]")
