"""Whether the rows of an INSERT that overwrites are written out, picked, or those of the table itself."""

from __future__ import annotations

from safesql.guard.analysis.extent import target_extent
from safesql.guard.analysis.names import NAMES, plain
from safesql.guard.analysis.phrase import Phrase
from safesql.guard.analysis.tables import factors
from safesql.guard.effect import Extent, Name
from safesql.sql.token import Kind

OVERWRITES = frozenset({"REPLACE", "ON DUPLICATE KEY UPDATE", "ON CONFLICT DO UPDATE"})
MAIN = frozenset({"SELECT", "TABLE", "VALUES"})
SETS = frozenset({"UNION", "EXCEPT", "INTERSECT", "MINUS"})
AFTER_FROM = frozenset(
    {"WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "WINDOW", "FETCH", "OFFSET", "FOR", "INTO", "QUALIFY"}
)
AGGREGATES = frozenset({
    "COUNT", "SUM", "MIN", "MAX", "AVG", "TOTAL", "GROUP_CONCAT", "STRING_AGG", "ARRAY_AGG", "JSON_AGG", "JSONB_AGG",
    "JSON_ARRAYAGG", "JSON_OBJECTAGG", "JSON_GROUP_ARRAY", "JSON_GROUP_OBJECT", "BOOL_AND", "BOOL_OR", "EVERY",
})


def source_extent(query: Phrase, statement: Phrase, target: Name) -> Extent:
    """Which rows of the target the source can hit: SOME when they are written out or come from elsewhere by key.

    ALL when the source reads the target itself and nothing restricts it: then every row meets its own key.
    """
    if query.word(query.lo) in ("VALUES", "VALUE", "SET", "DEFAULT"):
        return Extent.SOME
    if not reads(statement.sub(statement.lo, query.lo), target) and not reads(query, target):
        return Extent.SOME
    query = _unwrapped(query)
    if query.word(query.lo) == "WITH":
        return _extent_by_way(query, target)
    extents = {_arm(arm, target) for arm in _arms(query)}
    return next(extent for extent in (Extent.ALL, Extent.UNKNOWN, Extent.SOME, Extent.NONE) if extent in extents)


def _extent_by_way(query: Phrase, target: Name) -> Extent:
    """The rows that come through CTEs: some, where each of them that reads the target is restricted."""
    main = query.find(MAIN)
    brackets = [query.inside(at) for at in query.tops() if at < main and query.kind(at) is Kind.OPEN]
    reading = [source_extent(inside, inside, target) for inside in brackets if reads(inside, target)]
    restricted = reading and not set(reading) - {Extent.SOME, Extent.NONE}
    return Extent.SOME if restricted and not reads(query.sub(main, query.hi), target) else Extent.ALL


def _unwrapped(query: Phrase) -> Phrase:
    """The query without the brackets around it."""
    while query.kind(query.lo) is Kind.OPEN and query.code.partner[query.lo] == query.hi - 1:
        query = query.inside(query.lo)
    return query


def reads(phrase: Phrase, target: Name) -> bool:
    """Whether the target's name stands where a table is read, however deep."""
    own = target.parts[-1]
    for index in range(phrase.lo, phrase.hi):
        token = phrase.code.tokens[index]
        if token.kind in NAMES and plain(token, phrase.family) == own and _as_table(phrase, index):
            return True
    return False


def _as_table(phrase: Phrase, at: int) -> bool:
    """Whether a name stands after FROM, JOIN, TABLE, a comma, a dot or a bracket, and has no dot of its own."""
    if phrase.kind(at + 1) is Kind.DOT:
        return False
    before = phrase.word(at - 1)
    return before in ("FROM", "JOIN", "STRAIGHT_JOIN", "TABLE", "ONLY", "LATERAL") or phrase.kind(at - 1) in (
        Kind.COMMA, Kind.DOT, Kind.OPEN,
    )


def _arms(query: Phrase) -> list[Phrase]:
    """The queries that UNION and the like put together."""
    arms: list[Phrase] = []
    start = query.lo
    for index in query.tops():
        if query.word(index) in SETS:
            arms.append(query.sub(start, index))
            start = index + 1
    return [*arms, query.sub(start, query.hi)]


def _arm(query: Phrase, target: Name) -> Extent:
    """One SELECT of the source."""
    start = query.find(frozenset({"SELECT"}))
    from_at = query.find(frozenset({"FROM"}), start)
    if query.word(start) == "SELECT" and (from_at == query.hi or _one_row(query, start, from_at)):
        return Extent.SOME
    end = query.find(AFTER_FROM, from_at)
    tables = factors(query.sub(from_at + 1, end))
    where = query.sub(end + 1, query.find(AFTER_FROM, end + 1)) if query.word(end) == "WHERE" else None
    own = [table for table in tables if table.name and table.name.parts[-1] == target.parts[-1]]
    chosen = own or tables[:1]
    if not chosen:
        return Extent.ALL
    return target_extent(chosen[0], [table for table in tables if table is not chosen[0]], where)


def _one_row(query: Phrase, start: int, from_at: int) -> bool:
    """Whether an aggregate without GROUP BY makes one row of all."""
    if query.find(frozenset({"GROUP"}), from_at) < query.hi:
        return False
    return any(
        query.kind(index + 1) is Kind.OPEN and query.word(query.after(index + 1)) != "OVER"
        for index in query.tops(start)
        if index < from_at and query.word(index) in AGGREGATES
    )
