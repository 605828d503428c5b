"""Questions about what stands behind names, the same for every family; the answers are what the guard follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from safesql.guard.behind import Asked, Found
from safesql.result import Row
from safesql.rewrite import bodies_mysql, bodies_postgres, bodies_sqlite
from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect, Family


class Bodies(Protocol):
    """What each family answers."""

    def places(self, dialect: Dialect) -> Probe | None:
        """Rows of one schema each, in which names are looked up; None where the other question needs no such list."""
        ...

    def behind(self, asked: Sequence[Asked], places: Sequence[str], dialect: Dialect) -> Probe:
        """Rows for ``found``, about at least one name."""
        ...

    def found(self, asked: Sequence[Asked], rows: Iterable[Row], dialect: Dialect) -> Mapping[Asked, Found]:
        """An answer for every name that was asked, also where nothing stands behind it."""
        ...


BODIES: dict[Family, Bodies] = {
    Family.POSTGRES: bodies_postgres,
    Family.MYSQL: bodies_mysql,
    Family.SQLITE: bodies_sqlite,
}


def bodies(dialect: Dialect) -> Bodies:
    """The questions of a dialect's family."""
    return BODIES[dialect.family]
