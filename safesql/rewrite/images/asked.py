"""Shapes from the catalog: one question and one reader for each family of servers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from safesql.guard.effect import Name
from safesql.result import Row
from safesql.rewrite.images import shape_mysql, shape_postgres, shape_sqlite
from safesql.rewrite.images.shape import Draft, Shape
from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect, Family

SECONDS = 10.0


class _Family(Protocol):
    """What each family offers: rows of (table number, subject, then what ``read`` understands)."""

    def question(self, number: int, name: Name, dialect: Dialect) -> str:
        """The query about one table, by its schema and name."""
        ...

    def read(self, draft: Draft, subject: str, cells: Row) -> None:
        """Take one row into the draft."""
        ...


FAMILIES: dict[Family, _Family] = {
    Family.POSTGRES: shape_postgres,
    Family.MYSQL: shape_mysql,
    Family.SQLITE: shape_sqlite,
}


def shapes(names: Sequence[Name], dialect: Dialect) -> Probe:
    """The question for ``shapes_of``: ``names`` have schema and table as the server resolved them; not empty."""
    family = FAMILIES[dialect.family]
    text = " UNION ALL ".join(family.question(number, name, dialect) for number, name in enumerate(names))
    return Probe(text, "how rows of the tables are told apart and restored", SECONDS)


def shapes_of(names: Sequence[Name], rows: Iterable[Row], dialect: Dialect) -> dict[Name, Shape]:
    """The answer, by name; a table about which nothing was said has no key and a hindrance."""
    family = FAMILIES[dialect.family]
    drafts = [Draft(name) for name in names]
    for row in rows:
        family.read(drafts[int(str(row[0]))], str(row[1]), row[2:])
    return {draft.name: draft.finished() for draft in drafts}
