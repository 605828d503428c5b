"""Queries for the rows that foreign keys reach."""

from __future__ import annotations

from safesql.rewrite.closure.place import quoted
from safesql.rewrite.closure.reach import Reached
from safesql.rewrite.count import SECONDS
from safesql.rewrite.probe import Probe
from safesql.rewrite.selection import Selection
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_name


def count_reached(reached: Reached, dialect: Dialect) -> Probe:
    """How many rows of one table are reached.

    SQLite writes out what stands behind IN, https://www.sqlite.org/optoverview.html: of two joined tables it reads the
    one that is better to begin with. Foreign keys compare as the parent's column does, which is therefore the left one.
    """
    text = f"SELECT count(*) FROM {quoted(reached.table, dialect)} WHERE {reached.condition}"
    if reached.way is not None and dialect.family is Family.SQLITE:
        columns, query = reached.way
        names = [quote_name(f"safesql {column}", dialect) for column in columns]
        same = " AND ".join(
            f"safesql_gone.{name} = safesql_row.{quote_name(column, dialect)}"
            for column, name in zip(columns, names, strict=True)
        )
        text = (
            f"WITH safesql_gone ({', '.join(names)}) AS ({query}\n) SELECT count(*) "
            f"FROM {quoted(reached.table, dialect)} AS safesql_row JOIN safesql_gone ON {same}"
        )
    return Probe(text, f"count the rows of {reached.table} behind foreign keys", SECONDS)


def count_selected(taken: Selection) -> Probe:
    """How many rows a part of a statement takes or adds."""
    return Probe(taken.count, "count the rows of a part of the statement", SECONDS)
