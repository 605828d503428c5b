"""SQLite's rows: values as stored, text that is not UTF-8 as its bytes."""

from __future__ import annotations

import sqlite3

from safesql.result import Chunk, Column, Shape


def text_factory(data: bytes) -> str | bytes:
    """A TEXT value; SQLite does not check what was stored as text. Called for every such cell."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def columns(cursor: sqlite3.Cursor, first: Chunk) -> tuple[Column, ...]:
    """The columns; SQLite types values, so their shape is what the first chunk has."""
    names = [entry[0] for entry in cursor.description or ()]
    return tuple(Column(name, *_described(first, index)) for index, name in enumerate(names))


def _described(rows: Chunk, index: int) -> tuple[str, Shape]:
    """The type and shape of one column, from the values that are not NULL."""
    kinds = {type(row[index]) for row in rows}
    kinds.discard(type(None))
    if kinds and kinds <= {int, float}:
        return ("integer" if kinds == {int} else "real"), Shape.NUMBER
    if kinds == {bytes}:
        return "blob", Shape.BINARY
    return ("text" if kinds == {str} else ""), Shape.TEXT
