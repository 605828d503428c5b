"""What the server's planner takes the number of rows for, where counting them takes too long.

SQLite's planner takes numbers for nothing: there rows are looked up at random, and those that are met stand for the
others.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from safesql.result import Row
from safesql.rewrite.probe import Probe
from safesql.rewrite.selection import Selection
from safesql.sql.dialect import Dialect, Family

SECONDS = 2.0
DRAWN = 2000               # rowids that are looked up in SQLite
FEWEST = 100               # of them that must be there, so that anything can be said
MET = 3                    # where none is met, 19 times of 20 there are fewer than if so many were


def estimate(taken: Selection, dialect: Dialect) -> Probe | None:
    """Rows for ``estimated``: the plan of a SELECT, which is not run, or a sample; None where there is neither."""
    query = taken.listed
    match dialect.family:
        case Family.POSTGRES:
            return Probe(f"EXPLAIN (FORMAT JSON) {query}", "an estimate of the rows", SECONDS)
        case Family.MYSQL:
            return Probe(f"EXPLAIN EXTENDED {query}" if dialect.name == "mariadb" else f"EXPLAIN {query}",
                         "an estimate of the rows", SECONDS)  # fmt: skip
        case Family.SQLITE:
            return Probe(_drawn(taken), "an estimate of the rows", SECONDS) if taken.condition is not None else None


def estimated(names: Sequence[str], rows: Sequence[Row], dialect: Dialect) -> int | None:
    """The number in a plan; ``names`` are its columns. None where it tells none.

    https://www.postgresql.org/docs/current/using-explain.html, https://mariadb.com/kb/en/explain/
    """
    if not rows:
        return None
    if dialect.family is Family.POSTGRES:
        plan = json.loads("\n".join(str(row[0]) for row in rows))[0]["Plan"]
        return int(plan["Plan Rows"])
    if dialect.family is Family.SQLITE:
        return _spread(*(int(float(str(cell or 0))) for cell in rows[0]))
    return _joined([dict(zip(names, row, strict=True)) for row in rows])


def _joined(steps: Sequence[dict[str, object]]) -> int | None:
    """The rows of the outermost SELECT of MySQL's plan: what each table contributes, times each other."""
    product: float | None = None
    for step in steps:
        rows = step.get("rows")
        if str(step.get("id")) != "1" or rows is None:
            continue
        part = float(str(rows)) * float(str(step.get("filtered") or 100)) / 100
        product = part if product is None else product * part
    return None if product is None else round(product)


def _drawn(taken: Selection) -> str:
    """One row: how many of the rowids drawn from the first to the last are there, and taken, and how many there may be.

    min() and max() are asked for apart, so that each is found at its end; a recursive WITH keeps what random() said.
    https://www.sqlite.org/optoverview.html#the_min_max_optimization
    """
    ends = f"(SELECT min(_rowid_) FROM {taken.called}), (SELECT max(_rowid_) FROM {taken.called})"
    return (
        f"WITH RECURSIVE safesql_ends (safesql_low, safesql_high) AS (SELECT {ends}), "
        "safesql_drawn (safesql_number, safesql_at) AS (SELECT 1, safesql_low FROM safesql_ends UNION ALL "
        "SELECT safesql_number + 1, safesql_low + abs(random() % (safesql_high - safesql_low + 1)) "
        f"FROM safesql_drawn, safesql_ends WHERE safesql_number < {DRAWN}) "
        f"SELECT count(*), sum(CASE WHEN {taken.condition or '1'}\n THEN 1 ELSE 0 END), "
        "(SELECT safesql_high - safesql_low + 1 FROM safesql_ends) "
        f"FROM safesql_drawn CROSS JOIN {taken.called} WHERE {taken.called}._rowid_ = safesql_at"
    )


def _spread(there: int, met: int, places: int) -> int | None:
    """The rows taken of all; where none was met, as many as there may well be."""
    if there < FEWEST:
        return None
    return round(max(met, MET) * places / DRAWN)
