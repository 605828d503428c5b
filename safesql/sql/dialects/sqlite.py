"""SQLite: no modes that change how text is read."""

from safesql.sql.dialect import Dialect, Family

DIALECT = Dialect("sqlite", Family.SQLITE, frozenset())
