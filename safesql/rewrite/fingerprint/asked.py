"""What tables are, in the server's own words: the question for each family, and its answer by table and aspect."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from safesql.guard.effect import Name
from safesql.result import Row
from safesql.rewrite.fingerprint import mysql, postgres, sqlite
from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect, Family

SECONDS = 20.0
ASPECTS = ("columns", "constraints", "references", "referenced", "indexes", "triggers", "rules", "storage")
FAMILIES: Mapping[Family, Callable[[int, Name, Dialect], str]] = {
    Family.POSTGRES: postgres.question,
    Family.MYSQL: mysql.question,
    Family.SQLITE: sqlite.question,
}


def definitions(names: Sequence[Name], dialect: Dialect) -> Probe:
    """Rows for ``definitions_of``; ``names`` have schema and table as the server resolved them, and are not empty."""
    asked = FAMILIES[dialect.family]
    text = " UNION ALL ".join(asked(number, name, dialect) for number, name in enumerate(names))
    return Probe(text, "the definitions of the tables", SECONDS)


def definitions_of(names: Sequence[Name], rows: Iterable[Row]) -> dict[Name, dict[str, list[str]]]:
    """By table and aspect, in an order that does not depend on the server's; a missing table has no aspects."""
    found: dict[Name, dict[str, list[str]]] = {name: {} for name in names}
    for number, aspect, *cells in rows:
        text = "|".join("" if cell is None else f"{cell!s}".replace("|", "||") for cell in cells)
        found[names[int(str(number))]].setdefault(str(aspect), []).append(text)
    return {name: {aspect: sorted(texts) for aspect, texts in aspects.items()} for name, aspects in found.items()}
