"""Rows of MySQL's text protocol: every value as the server prints it, binary data as bytes."""

from __future__ import annotations

from safesql.backends.mysql.frames import Cut
from safesql.backends.mysql.packets import Field, number
from safesql.backends.text import decoded
from safesql.result import Cell, Column, Row, Shape

BINARY = 63
"""The character set of what is not text."""

ENUM, SET = 0x100, 0x800

TYPES = {
    0: "decimal", 1: "tinyint", 2: "smallint", 3: "int", 4: "float", 5: "double", 6: "null", 7: "timestamp",
    8: "bigint", 9: "mediumint", 10: "date", 11: "time", 12: "datetime", 13: "year", 14: "date", 15: "varchar",
    16: "bit", 245: "json", 246: "decimal", 247: "enum", 248: "set", 249: "tinytext", 250: "mediumtext",
    251: "longtext", 252: "text", 253: "varchar", 254: "char", 255: "geometry",
}
NUMBERS = frozenset({0, 1, 2, 3, 4, 5, 8, 9, 13, 246})
STRINGS = frozenset({15, 249, 250, 251, 252, 253, 254})
BINARIES = frozenset({16, 255})                  # BIT and GEOMETRY come as raw bytes whatever their character set
IN_BYTES = {"char": "binary", "varchar": "varbinary"}


def described(field: Field) -> Column:
    """A column in our terms; https://mariadb.com/kb/en/result-set-packets/#field-types."""
    name = TYPES.get(field.type, "")
    if field.flags & (ENUM | SET):
        name = "enum" if field.flags & ENUM else "set"
    if binary(field):
        return Column(field.name, IN_BYTES.get(name, name.replace("text", "blob")), Shape.BINARY)
    if field.type in NUMBERS:
        return Column(field.name, name, Shape.NUMBER)
    return Column(field.name, name, Shape.JSON if name == "json" else Shape.TEXT)


def binary(field: Field) -> bool:
    """Whether a column's values are bytes and not text."""
    return field.type in BINARIES or (field.type in STRINGS and field.charset == BINARY)


def cutter(fields: tuple[Field, ...], encoding: str) -> Cut:
    """A function that cuts a row into cells: most are ASCII, so that a slice of the text is all they need."""
    flags = [binary(field) for field in fields]

    def cut(data: bytes, text: str, at: int) -> Row:
        cells: list[Cell] = []
        add = cells.append
        for is_binary in flags:
            size = data[at]
            at += 1
            if size > 250:
                if size == 251:
                    add(None)
                    continue
                size, at = number(data, at - 1)
            end = at + size
            if is_binary:
                add(data[at:end])
            else:
                cell = text[at:end]
                add(cell if cell.isascii() else decoded(data[at:end], encoding))
            at = end
        return tuple(cells)

    return cut
