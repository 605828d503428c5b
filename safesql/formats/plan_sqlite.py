"""EXPLAIN QUERY PLAN of SQLite as steps: https://www.sqlite.org/eqp.html."""

from __future__ import annotations

import re
from collections.abc import Sequence

from safesql.formats.plan import Step
from safesql.result import Row

_SCAN = re.compile(r"SCAN (?:TABLE )?(?P<name>\S+)(?: AS \S+)?$")


def steps(rows: Sequence[Row]) -> tuple[Step, ...]:
    """Rows of (id, parent, not used, detail), a parent before its parts; raises ValueError for others."""
    below: dict[int, list[tuple[int, str]]] = {}
    for row in rows:
        if len(row) != len(("id", "parent", "notused", "detail")):
            raise ValueError("no plan")
        below.setdefault(int(str(row[1])), []).append((int(str(row[0])), str(row[3])))
    made: dict[int, Step] = {}
    for number, detail in reversed([each for level in _levels(below) for each in level]):
        found = _SCAN.match(detail)
        parts = tuple(made[part] for part, _ in below.get(number, ()))
        made[number] = Step(detail, scanned=(found["name"],) if found else (), parts=parts)
    return tuple(made[number] for number, _ in below.get(0, ()))


def _levels(below: dict[int, list[tuple[int, str]]]) -> list[list[tuple[int, str]]]:
    """The steps level by level, from the roots down; a step is in one level only."""
    levels = [below.get(0, [])]
    while levels[-1]:
        levels.append([part for number, _ in levels[-1] if number for part in below.get(number, ())])
    return levels
