"""PostgreSQL, as it is delivered: standard_conforming_strings is on."""

from safesql.sql.dialect import Dialect, Family, Mode

DIALECT = Dialect("postgres", Family.POSTGRES, frozenset({Mode.STANDARD_STRINGS}))
