"""How each column is read so that nothing of its value is lost, and the literal that means what was read.

PostgreSQL prints every type so that it reads its own output back. SQLite types values, not columns: where a blob is in
a row, it begins with one letter for each value (n i r t b), else with NULL, and bytes in it are text that is not UTF-8.
MariaDB and MySQL need a form for each type, named by ``Column.kind``:

    number     as printed                     integer   ENUM, SET, BIT, YEAR as the number they are stored as
    float      as the double that it is       timestamp seconds since 1970, which no time zone makes ambiguous
    bytes      as bytes                       geometry  as stored: SRID and WKB
    charset x  text as its bytes in x         (empty)   as text
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isinf

from safesql.result import Cell, Row
from safesql.rewrite.images.shape import Column, Shape
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_name

ZERO = "0000-00-00 00:00:00"
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f", "\\": "\\\\", "'": "''"}


def expressions(shape: Shape, dialect: Dialect) -> str:
    """The select list for the stored columns; SQLite sorts blobs last: https://www.sqlite.org/datatype3.html#comparisons"""
    names = [quote_name(column.name, dialect) for column in shape.stored]
    match dialect.family:
        case Family.POSTGRES:
            return ", ".join(names)
        case Family.SQLITE:
            letters = " || ".join(f"substr(typeof({name}), 1, 1)" for name in names)
            blobs = " OR ".join(f"{name} >= X''" for name in names)        # every blob is, and nothing else
            return ", ".join((f"CASE WHEN {blobs} THEN {letters} END", *names))
        case Family.MYSQL:
            return ", ".join(_read_mysql(column, name) for column, name in zip(shape.stored, names, strict=True))


def literals(shape: Shape, row: Row, dialect: Dialect, only: Sequence[int] | None = None) -> list[str]:
    """One literal for each stored column, or ``only`` these, on one line, that means the same in every mode."""
    columns = shape.stored
    places = range(len(columns)) if only is None else only
    if dialect.family is Family.SQLITE:
        letters = _letters(row)
        return [_sqlite(row[at + 1], letters[at]) for at in places]
    made: Callable[[Cell, Column], str] = _postgres if dialect.family is Family.POSTGRES else _mysql
    return ["NULL" if row[at] is None else made(row[at], columns[at]) for at in places]


def values(row: Row, dialect: Dialect) -> Row:
    """The cells of the stored columns alone."""
    return row[1:] if dialect.family is Family.SQLITE else row


def _letters(row: Row) -> str:
    """The types of one of SQLite's rows, ``n`` for null, ``b`` for blob; without blobs, bytes can only be text."""
    return "t" * (len(row) - 1) if row[0] is None else str(row[0])


def _read_mysql(column: Column, name: str) -> str:
    """The expression for one column of MariaDB or MySQL."""
    match column.kind.partition(" ")[0]:
        case "float":
            return f"CAST({name} AS DOUBLE)"
        case "integer":
            return f"{name} + 0"
        case "timestamp":
            return f"UNIX_TIMESTAMP({name})"
        case "charset" | "geometry":
            return f"CAST({name} AS BINARY)"
        case _:
            return name


def _postgres(cell: Cell, column: Column) -> str:
    """Text as the server printed it; bytes where it is bytea, or no text in the session's encoding."""
    if isinstance(cell, bytes):
        bare = f"E'\\\\x{cell.hex()}'"
        return bare if column.kind == "bytes" else f"CAST(convert_from({bare}, 'SQL_ASCII') AS {column.type})"
    text = str(cell)
    if "\\" not in text and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return "E'" + "".join(_escaped(char) for char in text) + "'"


def _escaped(char: str) -> str:
    r"""A character inside ``E'..'``; what cannot be seen is spelled out."""
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _mysql(cell: Cell, column: Column) -> str:
    """The form of the column's kind."""
    kind, _, charset = column.kind.partition(" ")
    if kind == "timestamp":
        return f"FROM_UNIXTIME({cell!s})" if float(str(cell)) else f"'{ZERO}'"
    if kind in ("number", "integer", "float"):
        return str(cell)
    if isinstance(cell, bytes):
        mark = f"_{charset} " if charset else "" if kind else "_binary "
        return f"{mark}X'{cell.hex()}'"
    text = str(cell)
    if text.isascii() and text.isprintable() and "'" not in text and "\\" not in text:
        return f"'{text}'"
    return f"_utf8mb4 X'{text.encode().hex()}'"


def _sqlite(cell: Cell, letter: str) -> str:
    """By the type of the value, which the letter tells where Python does not."""
    if cell is None:
        return "NULL"
    if isinstance(cell, float):
        return ("-" if cell < 0 else "") + "9e999" if isinf(cell) else repr(cell)
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, bytes):
        return f"CAST(X'{cell.hex()}' AS TEXT)" if letter == "t" else f"X'{cell.hex()}'"
    if cell.isprintable():
        return "'" + cell.replace("'", "''") + "'"
    return f"CAST(X'{cell.encode().hex()}' AS TEXT)"
