"""What the server's planner takes the number of rows for, where counting them takes too long."""

from __future__ import annotations

import json
from collections.abc import Sequence

from safesql.result import Row
from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect, Family

SECONDS = 2.0


def estimate(query: str, dialect: Dialect) -> Probe | None:
    """Rows for ``estimated``: the plan of a SELECT, which is not run; None for SQLite, whose plans count no rows."""
    match dialect.family:
        case Family.POSTGRES:
            return Probe(f"EXPLAIN (FORMAT JSON) {query}", "an estimate of the rows", SECONDS)
        case Family.MYSQL:
            return Probe(f"EXPLAIN EXTENDED {query}" if dialect.name == "mariadb" else f"EXPLAIN {query}",
                         "an estimate of the rows", SECONDS)  # fmt: skip
        case Family.SQLITE:
            return None


def estimated(names: Sequence[str], rows: Sequence[Row], dialect: Dialect) -> int | None:
    """The number in a plan; ``names`` are its columns. None where it tells none.

    https://www.postgresql.org/docs/current/using-explain.html, https://mariadb.com/kb/en/explain/
    """
    if not rows:
        return None
    if dialect.family is Family.POSTGRES:
        plan = json.loads("\n".join(str(row[0]) for row in rows))[0]["Plan"]
        return int(plan["Plan Rows"])
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
