"""Which partitions the rows of a write are in."""

from __future__ import annotations

from safesql.guard.effect import Effect
from safesql.rewrite.probe import Probe
from safesql.rewrite.selection import Refusal, selection
from safesql.sql.dialect import Family
from safesql.sql.statement import Statement

SECONDS = 5.0


def partitions(effect: Effect, root: Effect, statement: Statement) -> Probe | None:
    """Rows of partition and number of rows, most first; None where the server has no way to tell."""
    found = selection(effect, root, statement)
    if isinstance(found, Refusal) or not found.called or statement.dialect.family is not Family.POSTGRES:
        return None
    rows = f"SELECT {found.called}.tableoid AS part FROM {found.tables} {found.tail}".rstrip()
    counted = f"SELECT part::regclass::text, count(*) FROM ({rows}) AS matched_rows GROUP BY part ORDER BY 2 DESC, 1"
    text = f"{found.with_}{counted}"
    return Probe(text, "the partitions of the rows", SECONDS)
