"""Subqueries and CTEs that hold every row of a table: joining the table with them by its own columns spares no row."""

from __future__ import annotations

from collections.abc import Mapping

from safesql.guard.analysis.names import NAMES, alias_at, name_at, plain
from safesql.guard.analysis.phrase import Phrase
from safesql.guard.analysis.tables import Factor, factors
from safesql.guard.effect import Name
from safesql.slotted import dataclass
from safesql.sql.token import Kind

CHOOSING = frozenset({
    "WHERE", "HAVING", "LIMIT", "OFFSET", "FETCH", "TABLESAMPLE", "UNION", "EXCEPT", "INTERSECT", "TOP", "PARTITION",
})
AFTER_FROM = frozenset({"GROUP", "ORDER", "WINDOW", "FOR", "LOCK"})
"""Grouping leaves each value of what it groups by, and nothing else is a plain column then."""


@dataclass(frozen=True, slots=True)
class Copied:
    """The columns that a subquery hands through, by the names it gives them; None: all of them under their own."""

    columns: Mapping[str, str] | None

    def column(self, name: str) -> str | None:
        """The table's column that stands behind a name, None where a name stands for more or less than a column."""
        return name if self.columns is None else self.columns.get(name)


def copied(factor: Factor, target: Name) -> Copied | None:
    """What comes through of the target where a table of a FROM list holds all of its rows, None where it does not."""
    if factor.name == target:
        return Copied(None)
    query = _query(factor)
    return None if query is None else handed(query, target)


def handed(query: Phrase, target: Name) -> Copied | None:
    """What comes through of the target where a query holds all of its rows, None where it does not."""
    while query.kind(query.lo) is Kind.OPEN and query.code.partner[query.lo] == query.hi - 1:
        query = query.inside(query.lo)
    if query.word(query.lo) == "TABLE":
        return Copied(None) if name_at(query, query.lo + 1)[0] == target else None
    if query.word(query.lo) != "SELECT" or query.find(CHOOSING) < query.hi:
        return None
    from_at = query.find(frozenset({"FROM"}))
    listed = factors(query.sub(from_at + 1, query.find(AFTER_FROM, from_at)))
    own = [each for each in listed if each.name == target]
    if not own or any(each.conditions or each.joined for each in own):
        return None
    start = query.lo + 1 + (query.word(query.lo + 1) in ("ALL", "DISTINCT"))
    return None if query.word(start) == "ON" else _columns(query.sub(start, from_at))


def _query(factor: Factor) -> Phrase | None:
    """The query behind a table of a FROM list: its own brackets, or those of the CTE of its name."""
    place = factor.place
    if factor.name is None:
        at = place.lo + (place.word(place.lo) == "LATERAL")
        last = place.kind(place.hi - 1)
        return place.inside(at) if place.kind(at) is Kind.OPEN and last is not Kind.CLOSE else None
    if len(factor.name.parts) > 1:
        return None
    return _cte(place, factor.name.parts[0])


def _cte(place: Phrase, name: str) -> Phrase | None:
    """The brackets after name AS before the place; not where a list of columns gives them other names."""
    code, start = place.code, place.statement_at()
    if "WITH" not in code.words[start : place.lo]:
        return None
    for at in range(start + 1, place.lo - 2):
        token = code.tokens[at]
        if token.kind not in NAMES or code.words[at + 1] != "AS" or plain(token, place.family) != name:
            continue
        index = at + 2
        while code.words[index] in ("NOT", "MATERIALIZED"):
            index += 1
        if code.tokens[index].kind is Kind.OPEN:
            return Phrase(code, index + 1, code.partner[index], place.depth)
    return None


def _columns(columns: Phrase) -> Copied:
    """The plain columns of a select list."""
    found: dict[str, str] = {}
    for item in columns.split():
        if item.text(item.hi - 1) == "*":
            return Copied(None)
        name, end = name_at(item, item.lo)
        given, after = alias_at(item, end) if name is not None and end < item.hi else ("", end)
        if name is not None and after == item.hi:
            found[given or name.parts[-1]] = name.parts[-1]
    return Copied(found)
