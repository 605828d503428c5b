"""Questions about the schema, the same for every family; each answer is a Probe from the family's own catalog."""

from __future__ import annotations

from typing import Protocol

from safesql.rewrite import catalog_mysql, catalog_postgres, catalog_sqlite
from safesql.rewrite.catalog_pattern import Pattern
from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect, Family


class Catalog(Protocol):
    """What each family answers. The first four are read by completion, so their columns are fixed."""

    def current(self, dialect: Dialect) -> Probe:
        """One row: the database, the schema where new names go, the user."""
        ...

    def names(self, dialect: Dialect) -> Probe:
        """Rows of (schema, relation, kind, 1 where it is found without its schema else 0)."""
        ...

    def columns(self, dialect: Dialect, schema: str) -> Probe:
        """Rows of (schema, relation, column, type) in the order of the columns; ``schema`` is the current one."""
        ...

    def routines(self, dialect: Dialect) -> Probe:
        """Rows of (schema, routine, 1 where it is found without its schema else 0)."""
        ...

    def databases(self, dialect: Dialect, pattern: Pattern) -> Probe:
        r"""For people: ``\l``."""
        ...

    def schemas(self, dialect: Dialect, pattern: Pattern) -> Probe:
        r"""For people: ``\dn``."""
        ...

    def relations(self, dialect: Dialect, kinds: tuple[str, ...], pattern: Pattern) -> Probe:
        r"""For people: ``\dt \dv \di`` and ``\d`` without a name; kinds are table, view, index, sequence."""
        ...

    def functions(self, dialect: Dialect, pattern: Pattern) -> Probe:
        r"""For people: ``\df``."""
        ...

    def users(self, dialect: Dialect, pattern: Pattern) -> Probe:
        r"""For people: ``\du``."""
        ...

    def matching(self, dialect: Dialect, pattern: Pattern) -> Probe:
        """Rows of (schema, relation, kind) that a pattern names, those found without their schema first."""
        ...

    def columns_of(self, dialect: Dialect, schema: str, name: str) -> Probe:
        """For people: the columns of one relation."""
        ...

    def indexes_of(self, dialect: Dialect, schema: str, name: str) -> Probe:
        """For people: the indexes of one relation; no rows where it has none."""
        ...

    def references_of(self, dialect: Dialect, schema: str, name: str) -> Probe:
        """For people: foreign keys from and to one relation, with what they do on delete; no rows: none."""
        ...

    def definition_of(self, dialect: Dialect, schema: str, name: str) -> Probe:
        """One row, one text: the query of a view, or of SQLite's tables the CREATE; NULL or no row: not known."""
        ...


CATALOGS: dict[Family, Catalog] = {
    Family.POSTGRES: catalog_postgres,
    Family.MYSQL: catalog_mysql,
    Family.SQLITE: catalog_sqlite,
}


def catalog(dialect: Dialect) -> Catalog:
    """The catalog of a dialect's family."""
    return CATALOGS[dialect.family]
