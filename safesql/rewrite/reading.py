"""Queries for the rows that foreign keys reach."""

from __future__ import annotations

from safesql.rewrite.closure.place import quoted
from safesql.rewrite.closure.reach import Reached
from safesql.rewrite.count import SECONDS
from safesql.rewrite.probe import Probe
from safesql.rewrite.selection import Selection
from safesql.sql.dialect import Dialect


def count_reached(reached: Reached, dialect: Dialect) -> Probe:
    """How many rows of one table are reached."""
    text = f"SELECT count(*) FROM {quoted(reached.table, dialect)} WHERE {reached.condition}"
    return Probe(text, f"count the rows of {reached.table} behind foreign keys", SECONDS)


def count_selected(taken: Selection) -> Probe:
    """How many rows a part of a statement takes or adds."""
    return Probe(taken.count, "count the rows of a part of the statement", SECONDS)
