"""The queries for rows of one table, every stored column of them: by a condition, or by their keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from safesql.result import Row
from safesql.rewrite.closure.edge import Edge
from safesql.rewrite.images.cells import expressions, literals
from safesql.rewrite.images.shape import Shape
from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_name


def rows_where(shape: Shape, condition: str, dialect: Dialect, *, lock: bool = True) -> Probe:
    """The rows for which a condition over the table's own name holds; locked until the transaction ends."""
    ending = " FOR UPDATE" if lock and dialect.family is not Family.SQLITE else ""
    text = f"SELECT {expressions(shape, dialect)} FROM {shape.quoted(dialect)} WHERE ({condition}\n){ending}"
    return Probe(text, f"the rows of {shape.name} before the change")


def rows_of_keys(shape: Shape, rows: Sequence[Row], dialect: Dialect, *, lock: bool = False) -> Probe:
    """The rows that now have the keys of these images; ``rows`` is not empty."""
    return rows_where(shape, with_keys(shape, rows, dialect), dialect, lock=lock)


def keys_to_be(shape: Shape, condition: str, moves: Mapping[str, str], dialect: Dialect) -> Probe:
    """Images of the rows for which a condition holds, with the keys that an UPDATE will give them and nothing else.

    ``moves`` are the new values of columns of the key, as the statement has them.
    """
    listed = []
    for column in shape.stored:
        name = quote_name(column.name, dialect)
        if column.name in moves:
            value = f"({moves[column.name]}\n)"
            listed.append(f"CAST({value} AS {column.type})" if dialect.family is Family.POSTGRES else value)
        else:
            listed.append(name if column.name in shape.key else "NULL")
    letters = "NULL, " if dialect.family is Family.SQLITE else ""
    text = f"SELECT {letters}{', '.join(listed)} FROM {shape.quoted(dialect)} WHERE ({condition}\n)"
    return Probe(text, f"the keys that rows of {shape.name} will have")


def with_keys(shape: Shape, rows: Iterable[Row], dialect: Dialect) -> str:
    """The condition that picks the rows with the keys of these images."""
    names = [quote_name(name, dialect) for name in shape.key]
    keys = [key_literals(shape, row, dialect) for row in rows]
    if len(names) == 1:
        return f"{names[0]} IN ({', '.join(key[0] for key in keys)})"
    listed = ", ".join(f"({', '.join(key)})" for key in keys)
    listed = f"VALUES {listed}" if dialect.family is Family.SQLITE else listed
    return f"({', '.join(names)}) IN ({listed})"


def key_literals(shape: Shape, row: Row, dialect: Dialect) -> list[str]:
    """The key of one image, as literals."""
    return literals(shape, row, dialect, shape.key_at)


def key_of(shape: Shape, row: Row, dialect: Dialect) -> Row:
    """The key of one image, for comparing with other images of the same table."""
    shift = 1 if dialect.family is Family.SQLITE else 0
    if len(shape.key_at) == 1:                     # nearly always, and asked for every row
        return (row[shape.key_at[0] + shift],)
    return tuple(row[at + shift] for at in shape.key_at)


def largest(shape: Shape, dialect: Dialect) -> Probe:
    """The largest number that a table has given to its rows; NULL where it has none."""
    return Probe(f"SELECT max({quote_name(shape.counted, dialect)}) FROM {shape.quoted(dialect)}", "the last number")


def above(shape: Shape, number: int, dialect: Dialect) -> str:
    """The condition for rows that were numbered later."""
    return f"{quote_name(shape.counted, dialect)} > {number}"


def none_between(shape: Shape, least: int, most: int, dialect: Dialect) -> Probe:
    """One row, where there is any with a key from one number to another now, whatever the snapshot has."""
    key = quote_name(shape.key[0], dialect)
    text = f"SELECT 1 FROM {shape.quoted(dialect)} WHERE {key} BETWEEN {least} AND {most} LIMIT 1 FOR UPDATE"
    return Probe(text, f"whether rows of {shape.name} are left")


def rows_referring(shape: Shape, rows: Sequence[Row], edge: Edge, child: Shape, dialect: Dialect) -> Probe:
    """The rows of ``child`` that refer over a foreign key to the rows with these keys."""
    own = ", ".join(quote_name(column, dialect) for column in edge.child_columns)
    own = f"({own})" if len(edge.child_columns) > 1 else own
    referred = ", ".join(quote_name(column, dialect) for column in edge.parent_columns)
    within = f"SELECT {referred} FROM {shape.quoted(dialect)} WHERE {with_keys(shape, rows, dialect)}"
    return rows_where(child, f"{own} IN ({within})", dialect, lock=False)


def referring(shape: Shape, rows: Sequence[Row], edge: Edge, dialect: Dialect) -> Probe:
    """How many rows refer over a foreign key to the rows with these keys, themselves left out."""
    child = ".".join(quote_name(part, dialect) for part in edge.child.parts)
    own = ", ".join(quote_name(column, dialect) for column in edge.child_columns)
    own = f"({own})" if len(edge.child_columns) > 1 else own
    referred = ", ".join(quote_name(column, dialect) for column in edge.parent_columns)
    keys = with_keys(shape, rows, dialect)
    spared = f" AND NOT ({keys})" if edge.child == shape.name else ""
    text = (
        f"SELECT count(*) FROM {child} WHERE {own} IN (SELECT {referred} FROM {shape.quoted(dialect)} WHERE {keys})"
        f"{spared}"
    )
    return Probe(text, f"whether rows of {edge.child} refer to those of {shape.name}")
