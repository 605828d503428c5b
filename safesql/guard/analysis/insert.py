"""INSERT and REPLACE: rows are added, and what the form may overwrite on the way."""

from __future__ import annotations

from safesql.guard.analysis.extent import condition_extent
from safesql.guard.analysis.names import alias_at, name_at
from safesql.guard.analysis.overwrite import source_extent
from safesql.guard.analysis.phrase import Phrase, spread
from safesql.guard.analysis.search_index import command_rows
from safesql.guard.effect import Effect, Extent, Name, Reach
from safesql.slotted import replace
from safesql.sql.dialect import Family
from safesql.sql.token import Kind

MODIFIERS = frozenset({"LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE"})
ROWS = frozenset({"VALUES", "VALUE", "SELECT", "WITH", "TABLE", "SET", "DEFAULT"})
QUERY = frozenset({"SELECT", "WITH", "TABLE"})


def insert(phrase: Phrase) -> Effect:
    """INSERT .. [ON CONFLICT | ON DUPLICATE KEY ..], REPLACE .., INSERT OR REPLACE ..."""
    at = phrase.lo + 1
    replaces = phrase.word(phrase.lo) == "REPLACE"
    if phrase.word(at) == "OR":
        replaces, at = phrase.word(at + 1) == "REPLACE", at + 2
    while phrase.word(at) in MODIFIERS and phrase.family is Family.MYSQL:
        at += 1
    if phrase.word(at) == "INTO":
        at += 1
    name, end = name_at(phrase, at)
    if name is None:
        return phrase.opaque("an INSERT whose table is not understood")
    rows_at = _rows(phrase, end)
    if rows_at == phrase.hi:
        return phrase.opaque("an INSERT without rows")
    alias = _alias(phrase, end)
    verb = "REPLACE" if phrase.word(phrase.lo) == "REPLACE" else "INSERT"
    effect = replace(phrase.effect(verb, Reach.ROWS, name, "table"), target_at=phrase.sub(at, end).span())
    query = phrase.sub(rows_at, _conflict(phrase, rows_at))
    if replaces:
        return spread(effect, _overwrites(phrase, query, name, "REPLACE", None))
    parts = [_resolved(phrase, clause, query, name, alias) for clause in _conflicts(phrase, rows_at)]
    return spread(effect, *(part for part in parts if part is not None), *command_rows(phrase, name, end, rows_at))


def _alias(phrase: Phrase, at: int) -> str:
    """PostgreSQL and SQLite: INSERT INTO t AS a."""
    return alias_at(phrase, at)[0] if phrase.word(at) == "AS" else ""


def _rows(phrase: Phrase, at: int) -> int:
    """Where the rows begin: VALUES, a query, SET; a query may stand in brackets."""
    overriding = phrase.find(frozenset({"OVERRIDING"}), at)
    index = phrase.find(ROWS, overriding + 3 if overriding < phrase.find(ROWS, at) else at)
    for bracket in phrase.tops(at):
        if bracket >= index:
            break
        if phrase.kind(bracket) is Kind.OPEN and _queries(phrase, bracket):
            return bracket
    return index


def _queries(phrase: Phrase, at: int) -> bool:
    """Whether a bracket, or a bracket in it, begins with a query."""
    while phrase.kind(at) is Kind.OPEN:
        at += 1
    return phrase.word(at) in QUERY


def _conflict(phrase: Phrase, at: int) -> int:
    """Where the rows end and ON CONFLICT or ON DUPLICATE KEY begins."""
    return next(iter(_conflicts(phrase, at)), phrase.hi)


def _conflicts(phrase: Phrase, at: int) -> list[int]:
    """The indices of all conflict clauses; SQLite allows several."""
    return [
        index
        for index in phrase.tops(at)
        if phrase.word(index) == "ON" and phrase.word(index + 1) in ("CONFLICT", "DUPLICATE")
    ]


def _resolved(phrase: Phrase, at: int, query: Phrase, name: Name, alias: str) -> Effect | None:
    """What a conflict clause overwrites; nothing for DO NOTHING."""
    from safesql.guard.predicate import TargetNames

    if phrase.word(at + 1) == "DUPLICATE":
        return _overwrites(phrase, query, name, "ON DUPLICATE KEY UPDATE", None)
    do = phrase.find(frozenset({"DO"}), at)
    if phrase.word(do + 1) == "NOTHING":
        return None
    if phrase.word(do + 1) != "UPDATE":
        return phrase.opaque("an ON CONFLICT that is not understood")
    where_at = phrase.find(frozenset({"WHERE", "RETURNING", "ON"}), do)
    restriction = None
    if phrase.word(where_at) == "WHERE":
        condition = phrase.sub(where_at + 1, phrase.find(frozenset({"RETURNING"}), where_at))
        names = TargetNames((alias or name.parts[-1],), ("excluded",), name.parts[-1])
        restriction = condition_extent(condition, names)
    return _overwrites(phrase, query, name, "ON CONFLICT DO UPDATE", restriction)


def _overwrites(phrase: Phrase, query: Phrase, name: Name, verb: str, restriction: Extent | None) -> Effect:
    """Rows that are already there and get new values, as far as the text tells which."""
    extent = source_extent(query, phrase, name)
    if restriction in (Extent.NONE, Extent.SOME):
        extent = restriction
    return Effect(verb, Reach.ROWS, phrase.span(), name, "table", extent)
