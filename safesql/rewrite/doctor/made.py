"""A table as the text of its CREATE TABLE defines it, for keys that the same script makes before there is a catalog."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from safesql.guard.analysis.names import name_at
from safesql.guard.analysis.phrase import Phrase
from safesql.guard.effect import Name
from safesql.rewrite.doctor.references import (
    Written,
    column_at,
    defining,
    names_in,
    options_behind,
    written_column,
)
from safesql.slotted import dataclass
from safesql.sql.statement import Statement
from safesql.sql.token import Kind

ELSEWHERE = frozenset({"LIKE", "AS", "SELECT", "INHERITS", "WITH", "PARTITION", "OF", "TABLE", "IGNORE", "REPLACE"})
"""Behind the brackets: columns or rows that come from somewhere else, or a place of which keys know more."""
LISTS = frozenset({"PRIMARY", "UNIQUE", "KEY", "INDEX", "FOREIGN"})


@dataclass(frozen=True, slots=True)
class MadeIndex:
    """The columns of an index, in order."""

    columns: tuple[str, ...]
    unique: bool
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """``columns`` by name as written, ``options`` as behind CREATE TABLE, ``indexes`` as far as keys may use them."""

    table: Name
    columns: Mapping[str, Written]
    indexes: tuple[MadeIndex, ...]
    options: Mapping[str, str]


def made(statement: Statement) -> Made | None:
    """The table that a CREATE TABLE makes; None where its text does not say all of it, or it may be there already."""
    found = defining(statement)
    if found is None:
        return None
    whole, table, end = found
    before = {whole.word(at) for at in range(whole.lo, end)}
    if whole.word(whole.lo) != "CREATE" or whole.kind(end) is not Kind.OPEN or before & {"EXISTS", "TEMPORARY", "TEMP"}:
        return None
    rest = whole.sub(whole.after(end), whole.hi)
    items = whole.inside(end).split()
    if any(rest.word(at) in ELSEWHERE for at in rest.tops()) or any(item.word(item.lo) == "LIKE" for item in items):
        return None
    columns = {name: written_column(item, at) for item in items for name, at in column_at(item)}
    indexes = tuple(index for item in items for index in _indexes(item))
    return Made(table, columns, indexes, dict(options_behind(rest)))


def _indexes(item: Phrase) -> Iterator[MadeIndex]:
    """What one column or constraint makes that a key can refer to."""
    for name, end in column_at(item):
        words = [item.word(at) for at in item.tops(end)]
        words = words[: words.index("REFERENCES")] if "REFERENCES" in words else words
        primary = "PRIMARY" in words or ("KEY" in words and "UNIQUE" not in words)
        if primary or "UNIQUE" in words:
            yield MadeIndex((name,), unique=True, primary=primary)
        return
    at = item.lo
    if item.word(at) == "CONSTRAINT":
        at += 1
        if item.word(at) not in LISTS:
            at = name_at(item, at)[1]
    word = item.word(at)
    opened = next((place for place in item.tops(at) if item.kind(place) is Kind.OPEN), item.hi)
    inside = item.inside(opened)
    plain = all(inside.kind(place) is not Kind.OPEN for place in range(inside.lo, inside.hi))
    if word in LISTS and opened < item.hi and plain:
        yield MadeIndex(names_in(inside), unique=word in ("PRIMARY", "UNIQUE"), primary=word == "PRIMARY")
