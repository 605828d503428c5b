"""The statements that turn images back into rows: INSERT, UPDATE, DELETE by key, one line each.

An UPDATE of many rows reads them from a list of values. PostgreSQL takes the types of the list from its first row.
MySQL would give all values of a list one type, which loses some, so there rows are written over by their keys.
"""

from __future__ import annotations

from collections.abc import Sequence

from safesql.result import Cell, Row
from safesql.rewrite.images.capture import key_literals, with_keys
from safesql.rewrite.images.cells import literals, values
from safesql.rewrite.images.shape import Shape
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_name

NOW, ROWS = "safesql_now", "safesql_rows"


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


def changed(shape: Shape, now: Row, wanted: Row, dialect: Dialect) -> list[int]:
    """Where among the stored columns two images of a row differ, in type or value."""
    have: Sequence[Cell] = values(now, dialect)
    want: Sequence[Cell] = values(wanted, dialect)
    if dialect.family is Family.SQLITE and now[0] != wanted[0]:          # the same bytes may be a blob and a text
        have, want = literals(shape, now, dialect), literals(shape, wanted, dialect)
    pairs = enumerate(zip(have, want, strict=True))
    return [at for at, (one, other) in pairs if one is not other and repr(one) != repr(other)]


def apart(shape: Shape) -> frozenset[int]:
    """Where the columns stand whose values no two rows share; many rows that swap them cannot be set at once."""
    names = {name for unique in shape.uniques for name in unique} | set(shape.key)
    return frozenset(at for at, column in enumerate(shape.stored) if column.name in names)


def update_many(shape: Shape, rows: Sequence[Row], places: Sequence[int], dialect: Dialect) -> str:
    """Sets these columns in the rows with the keys of ``rows``, which must be there; none of them is in a key."""
    if dialect.family is Family.MYSQL:
        kept = {shape.stored[at].name for at in shape.key_at}
        names = [quote_name(column.name, dialect) for column in shape.stored if column.name not in kept]
        return f"{insert(shape, rows, dialect)} ON DUPLICATE KEY UPDATE " + ", ".join(
            f"{name} = VALUES({name})" for name in names
        )
    listed = (*shape.key_at, *places)
    names = [quote_name(shape.stored[at].name, dialect) for at in listed]
    typed = dialect.family is Family.POSTGRES
    come = names if typed else [f"column{at}" for at in range(1, len(listed) + 1)]
    keys = len(shape.key_at)
    sets = ", ".join(f"{name} = {ROWS}.{new}" for name, new in zip(names[keys:], come[keys:], strict=True))
    same = " AND ".join(f"{NOW}.{name} = {ROWS}.{new}" for name, new in zip(names[:keys], come[:keys], strict=True))
    source = ", ".join(_values(shape, row, listed, dialect, first=number == 0) for number, row in enumerate(rows))
    head = f" ({', '.join(names)})" if typed else ""
    return f"UPDATE {shape.quoted(dialect)} AS {NOW} SET {sets} FROM (VALUES {source}) AS {ROWS}{head} WHERE {same}"


def _values(shape: Shape, row: Row, listed: Sequence[int], dialect: Dialect, *, first: bool) -> str:
    """One row of the list; what a function makes is no literal, and tells its type in every row.

    https://www.postgresql.org/docs/current/typeconv-union-case.html
    """
    cells = literals(shape, row, dialect, listed)
    if dialect.family is Family.POSTGRES:
        types = [shape.stored[at].type for at in listed]
        cells = [
            f"CAST({cell} AS {kind})" if first and not cell.startswith("CAST") else cell
            for cell, kind in zip(cells, types, strict=True)
        ]
    return f"({', '.join(cells)})"


def delete(shape: Shape, rows: Sequence[Row], dialect: Dialect) -> str:
    """Removes rows by their keys."""
    return f"DELETE FROM {shape.quoted(dialect)} WHERE {with_keys(shape, rows, dialect)}"


def _found(shape: Shape, row: Row, dialect: Dialect) -> str:
    """The condition for one row."""
    keys = zip(shape.key, key_literals(shape, row, dialect), strict=True)
    return " AND ".join(f"{quote_name(name, dialect)} = {literal}" for name, literal in keys)
