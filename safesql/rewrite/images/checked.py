"""Inverse statements that stop by themselves when a row is not as it was left, in any client of the server.

PostgreSQL divides by the number of rows that were as expected; MariaDB, MySQL and SQLite need a second statement that
fails where it is not one.
"""

from __future__ import annotations

from collections.abc import Iterator

from safesql.result import Row
from safesql.rewrite.images.capture import key_literals
from safesql.rewrite.images.cells import literals
from safesql.rewrite.images.inverse import insert
from safesql.rewrite.images.shape import Column, Shape
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_name

ONE = {
    Family.MYSQL: "SELECT IF(ROW_COUNT() = 1, 1, (SELECT 1 UNION SELECT 2)) AS as_expected",
    Family.SQLITE: "SELECT CASE WHEN changes() = 1 THEN 1 ELSE abs(-9223372036854775808) END AS as_expected",
}
"""An error (1242, integer overflow) unless the statement before changed one row."""


def checked(shape: Shape, now: Row | None, wanted: Row | None, dialect: Dialect) -> Iterator[str]:
    """The statements that make ``wanted`` of ``now``, one line each."""
    if now is None:
        if wanted is not None:
            yield insert(shape, [wanted], dialect)             # a row that is there again is a duplicate key
        return
    if wanted is None:
        change = f"DELETE FROM {shape.quoted(dialect)}"
    else:
        change = _assignments(shape, now, wanted, dialect)
        if not change:
            return
    where = f"{change} WHERE {_as_left(shape, now, dialect)}"
    if dialect.family is Family.POSTGRES:
        yield f"WITH safesql_row AS ({where} RETURNING 1) SELECT 1 / count(*) AS as_expected FROM safesql_row"
        return
    yield where
    yield ONE[dialect.family]


def _assignments(shape: Shape, now: Row, wanted: Row, dialect: Dialect) -> str:
    """UPDATE .. SET of the columns that differ; empty when none does."""
    pairs = zip(shape.stored, literals(shape, now, dialect), literals(shape, wanted, dialect), strict=True)
    listed = ", ".join(f"{quote_name(column.name, dialect)} = {want}" for column, have, want in pairs if have != want)
    return f"UPDATE {shape.quoted(dialect)} SET {listed}" if listed else ""


def _as_left(shape: Shape, now: Row, dialect: Dialect) -> str:
    """The condition for one row, by its key and by every value in it."""
    keys = [
        f"{quote_name(name, dialect)} = {literal}"
        for name, literal in zip(shape.key, key_literals(shape, now, dialect), strict=True)
    ]
    cells = literals(shape, now, dialect)
    others = [
        _same(column, literal, dialect)
        for column, literal in zip(shape.stored, cells, strict=True)
        if column.name not in shape.key
    ]
    return " AND ".join((*keys, *others))


def _same(column: Column, literal: str, dialect: Dialect) -> str:
    """That a column holds exactly this value, not merely an equal one."""
    name = quote_name(column.name, dialect)
    if literal == "NULL":
        return f"{name} IS NULL"
    match dialect.family:
        case Family.POSTGRES:
            return f"CAST({name} AS text) = CAST(CAST({literal} AS {column.type}) AS text)"
        case Family.SQLITE:
            return f"quote({name}) = quote({literal})"
        case Family.MYSQL:
            return _same_mysql(column, name, literal)


def _same_mysql(column: Column, name: str, literal: str) -> str:
    """By its kind: collations and FLOAT call values equal that are not the same."""
    match column.kind.partition(" ")[0]:
        case "number" | "integer" | "timestamp" | "bytes":
            return f"{name} <=> {literal}"
        case "float":
            return f"CAST({name} AS DOUBLE) <=> {literal}"
        case _:
            return f"CAST({name} AS BINARY) <=> CAST({literal} AS BINARY)"
