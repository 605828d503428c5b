"""MySQL, as it is delivered: strict mode, backslash escapes, "" for strings."""

from safesql.sql.dialect import Dialect, Family, Mode

DIALECT = Dialect("mysql", Family.MYSQL, frozenset({Mode.STRICT}))
