"""How relations are joined: by foreign keys, else by columns of the same name; as text that completion can insert."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safesql.repl.scope import Spoken
from safesql.slotted import dataclass
from safesql.sql.dialect import Dialect
from safesql.sql.quoting import is_plain, quote_name

Place = tuple[str, str]
"""Schema and name of a relation."""


@dataclass(frozen=True, slots=True)
class Link:
    """A foreign key: ``columns`` of ``table`` hold what ``others`` of ``other`` hold."""

    table: Place
    columns: tuple[str, ...]
    other: Place
    others: tuple[str, ...]


def conditions(
    joined: tuple[Spoken, Place], earlier: Sequence[tuple[Spoken, Place]], links: Sequence[Link], dialect: Dialect
) -> Iterator[str]:
    """What can stand behind ON for a relation, nearest ones first; only foreign keys."""
    spoken, place = joined
    for other, there in reversed(earlier):
        for link in links:
            if (link.table, link.other) == (place, there):
                yield _equal(spoken.alias, link.columns, other.alias, link.others, dialect)
            if (link.other, link.table) == (place, there):
                yield _equal(spoken.alias, link.others, other.alias, link.columns, dialect)


def joins(
    earlier: Sequence[tuple[Spoken, Place]], links: Sequence[Link], dialect: Dialect
) -> Iterator[tuple[Place, str]]:
    """Relations that a foreign key leads to or from, each with the text of its whole join."""
    for other, there in reversed(earlier):
        for link in links:
            this, that = (link.table, link.columns), (link.other, link.others)
            for (place, columns), (near, theirs) in ((this, that), (that, this)):
                if near == there:
                    name = written(place[1], dialect)
                    yield place, f"{name} ON {_equal(place[1], columns, other.alias, theirs, dialect)}"


def written(name: str, dialect: Dialect) -> str:
    """A name, quoted where it must be."""
    return name if is_plain(name, dialect) else quote_name(name, dialect)


def _equal(one: str, columns: Sequence[str], two: str, others: Sequence[str], dialect: Dialect) -> str:
    """``one.a = two.b AND ..``."""
    left, right = written(one, dialect), written(two, dialect)
    pairs = zip(columns, others, strict=True)
    return " AND ".join(f"{left}.{written(a, dialect)} = {right}.{written(b, dialect)}" for a, b in pairs)
