"""The statements that turn images back into rows: INSERT, UPDATE, DELETE by key, one line each."""

from __future__ import annotations

from collections.abc import Sequence

from safesql.result import Row
from safesql.rewrite.images.capture import key_literals, with_keys
from safesql.rewrite.images.cells import literals
from safesql.rewrite.images.shape import Shape
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_name


def insert(shape: Shape, rows: Sequence[Row], dialect: Dialect) -> str:
    """Puts rows back with every stored value, numbered columns too."""
    names = ", ".join(quote_name(column.name, dialect) for column in shape.stored)
    overriding = " OVERRIDING SYSTEM VALUE" if shape.identity and dialect.family is Family.POSTGRES else ""
    listed = ", ".join(f"({', '.join(literals(shape, row, dialect))})" for row in rows)
    return f"INSERT INTO {shape.quoted(dialect)} ({names}){overriding} VALUES {listed}"


def update(shape: Shape, now: Row, wanted: Row, dialect: Dialect) -> str:
    """Sets the columns that differ; empty when none does. The row is found by the key that it has now."""
    have, want = literals(shape, now, dialect), literals(shape, wanted, dialect)
    changed = [at for at, (one, other) in enumerate(zip(have, want, strict=True)) if one != other]
    if not changed:
        return ""
    stored = shape.stored
    listed = ", ".join(f"{quote_name(stored[at].name, dialect)} = {want[at]}" for at in changed)
    return f"UPDATE {shape.quoted(dialect)} SET {listed} WHERE {_found(shape, now, dialect)}"


def delete(shape: Shape, rows: Sequence[Row], dialect: Dialect) -> str:
    """Removes rows by their keys."""
    return f"DELETE FROM {shape.quoted(dialect)} WHERE {with_keys(shape, rows, dialect)}"


def _found(shape: Shape, row: Row, dialect: Dialect) -> str:
    """The condition for one row."""
    keys = zip(shape.key, key_literals(shape, row, dialect), strict=True)
    return " AND ".join(f"{quote_name(name, dialect)} = {literal}" for name, literal in keys)
