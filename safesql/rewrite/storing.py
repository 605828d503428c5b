"""A value as a column of some type would have it: numbers rounded, moments cut, text read as what it says."""

from __future__ import annotations

import re

from safesql.guard.effect import Name
from safesql.rewrite.closure.place import quoted
from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_string

SECONDS = 5.0
CASTS = re.compile(r"(decimal\(\d+,\d+\)|date|datetime|datetime\(\d\)|time|time\(\d\)|double)", re.IGNORECASE)
"""Types of MariaDB and MySQL that CAST knows by the same name; https://mariadb.com/kb/en/cast/."""
WHOLE = re.compile(r"(tiny|small|medium|big)?int(\(\d+\))?( unsigned)?( zerofill)?", re.IGNORECASE)
BITS = {"tiny": 8, "small": 16, "medium": 24, "": 32, "big": 64}


def types(table: Name, dialect: Dialect) -> Probe:
    """Rows of column and type for one table, by the name that the server resolved."""
    match dialect.family:
        case Family.POSTGRES:
            text = (
                "SELECT a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod) "
                "FROM pg_catalog.pg_attribute a "
                f"WHERE a.attrelid = pg_catalog.to_regclass({quote_string(quoted(table, dialect), dialect)}) "
                "AND a.attnum > 0 AND NOT a.attisdropped"
            )
        case Family.MYSQL:
            schema, name = (quote_string(part, dialect) for part in table.parts)
            text = (
                "SELECT column_name, column_type FROM information_schema.columns "
                f"WHERE table_schema = {schema} AND table_name = {name}"
            )
        case Family.SQLITE:
            schema, name = (quote_string(part, dialect) for part in table.parts)
            text = f"SELECT c.name, c.type FROM pragma_table_info({name}, {schema}) c"
    return Probe(text, f"the types of the columns of {table}", SECONDS)


def as_stored(value: str, kind: str, dialect: Dialect) -> str:
    """The expression for a value as a column of this type would have it, as far as an expression can say that.

    What the server refuses to put into the column may be cut here instead.
    """
    match dialect.family:
        case Family.POSTGRES:
            return f"CAST(({value}) AS {kind})"
        case Family.MYSQL:
            return _mysql(value, kind)
        case Family.SQLITE:
            put = _AFFINITIES[affinity(kind)]
            return f"(SELECT {put} FROM (SELECT ({value}) AS safesql_new))" if put else f"({value})"


def _mysql(value: str, kind: str) -> str:
    """Numbers are rounded before they are cut to what fits, as strict modes forbid."""
    whole = WHOLE.fullmatch(kind)
    if whole is None:
        return f"CAST(({value}) AS {kind})" if CASTS.fullmatch(kind) else f"({value})"
    bits = BITS[(whole[1] or "").lower()]
    least, most = (0, (1 << bits) - 1) if whole[3] else (-(1 << bits - 1), (1 << bits - 1) - 1)
    return f"GREATEST({least}, LEAST({most}, CAST(({value}) AS DECIMAL(65, 0))))"


def affinity(kind: str) -> str:
    """What SQLite makes of a declared type; https://www.sqlite.org/datatype3.html#determination_of_column_affinity."""
    word = kind.upper()
    if "INT" in word:
        return "INTEGER"
    if any(part in word for part in ("CHAR", "CLOB", "TEXT")):
        return "TEXT"
    if not word or "BLOB" in word:
        return ""
    return "REAL" if any(part in word for part in ("REAL", "FLOA", "DOUB")) else "NUMERIC"


_READS = "typeof(safesql_new) = 'text' AND safesql_new = CAST(safesql_new AS NUMERIC)"
_WHOLE = (
    "typeof(safesql_new) = 'real' AND safesql_new = CAST(safesql_new AS INTEGER) "
    "AND CAST(safesql_new AS INTEGER) BETWEEN -9223372036854775807 AND 9223372036854775806"
)
_NUMERIC = (
    f"CASE WHEN {_READS} THEN CAST(safesql_new AS NUMERIC) WHEN {_WHOLE} THEN CAST(safesql_new AS INTEGER) "
    "ELSE safesql_new END"
)
_AFFINITIES = {
    "": "",
    "INTEGER": _NUMERIC,
    "NUMERIC": _NUMERIC,
    "REAL": (                                                      # -0.0 is stored as the integer 0, and read as 0.0
        f"CASE WHEN {_READS} OR typeof(safesql_new) IN ('integer', 'real') THEN CAST(safesql_new AS REAL) + 0.0 "
        "ELSE safesql_new END"
    ),
    "TEXT": (
        "CASE WHEN typeof(safesql_new) IN ('integer', 'real') THEN CAST(safesql_new AS TEXT) ELSE safesql_new END"
    ),
}
