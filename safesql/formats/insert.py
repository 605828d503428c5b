"""One INSERT for each row, in the server's own literals."""

from __future__ import annotations

from collections.abc import Sequence

from safesql.formats.layout import Layout
from safesql.formats.literals import literal
from safesql.formats.rows import Encode, Write, by_column
from safesql.formats.rows import literal as itself
from safesql.formats.visible import visible
from safesql.result import Cell, Column, Result
from safesql.sql.dialect import Dialect, Family
from safesql.sql.dialects import DIALECTS
from safesql.sql.quoting import quote_name


def render(result: Result, write: Write, layout: Layout) -> int:
    """Write the rows as they arrive; returns how many there were."""
    dialect = layout.dialect or DIALECTS["postgres"]
    template = _template(result.columns, layout, dialect)
    encoders = [_encoder(column, dialect) for column in result.columns]
    rows = 0
    for chunk in result:
        if chunk:
            write(by_column(chunk, encoders, template))
        rows += len(chunk)
    return rows


def _template(columns: Sequence[Column], layout: Layout, dialect: Dialect) -> str:
    """The statement with a slot for each value."""
    table = itself(_name(layout.table, layout, dialect))
    if not columns:
        values = "VALUES ()" if dialect.family is Family.MYSQL else "DEFAULT VALUES"
        return f"INSERT INTO {table} {values};\n"
    names = itself(", ".join(_name(column.name, layout, dialect) for column in columns))
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(columns))});\n"


def _name(name: str, layout: Layout, dialect: Dialect) -> str:
    """A quoted name, visible on a terminal; NUL, which no server's names hold, is always."""
    return quote_name(name if layout.raw and "\0" not in name else visible(name), dialect)


def _encoder(column: Column, dialect: Dialect) -> Encode:
    """Cells of a column as literals."""

    def encode(cells: Sequence[Cell]) -> list[str]:
        return [literal(cell, column.shape, dialect) for cell in cells]

    return encode
