"""What the text of values depends on in PostgreSQL: asked when rows are kept, set when they are read or written again.

https://www.postgresql.org/docs/current/runtime-config-client.html
"""

from __future__ import annotations

from collections.abc import Mapping

from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_string

NAMES = (
    "DateStyle", "IntervalStyle", "TimeZone", "extra_float_digits", "bytea_output", "xmloption", "lc_monetary",
    "search_path",
)


def asked(dialect: Dialect) -> Probe | None:
    """One row with the settings in the order of ``NAMES``; None where values do not depend on settings."""
    if dialect.family is not Family.POSTGRES:
        return None
    listed = ", ".join(f"pg_catalog.current_setting('{name}')" for name in NAMES)
    return Probe(f"SELECT {listed}", "how values are printed")


def made(settings: Mapping[str, str], dialect: Dialect) -> Probe | None:
    """A query that sets them until the end of the transaction; None where there are none."""
    if not settings:
        return None
    listed = ", ".join(
        f"pg_catalog.set_config({quote_string(name, dialect)}, {quote_string(value, dialect)}, true)"
        for name, value in settings.items()
    )
    return Probe(f"SELECT {listed}", "values are printed as they were")


def lossy(settings: Mapping[str, str]) -> str:
    """Why values cannot be read back from how they are printed now, or nothing."""
    if not settings:
        return ""
    if not settings["DateStyle"].startswith("ISO"):
        return f"dates are printed as {settings['DateStyle']}, which is ambiguous; SET datestyle = ISO"
    if settings["IntervalStyle"] == "sql_standard":
        return "intervals are printed as sql_standard, which is ambiguous; SET intervalstyle = postgres"
    if int(settings["extra_float_digits"]) < 1:
        return "floating point numbers are printed rounded; SET extra_float_digits = 1"
    return ""


LITERAL = ("NO_AUTO_VALUE_ON_ZERO", "+00:00")
"""The sql_mode and time zone under which MySQL takes every value that it once stored, and each as it was.

Zero dates, 0 in a numbered column, and moments that a clock set back shows twice: a TIMESTAMP is taken for local time.
"""


def taking_now(dialect: Dialect) -> Probe | None:
    """One row with the session's sql_mode and time zone; None where values do not depend on such."""
    text = "SELECT @@sql_mode, @@time_zone"
    return Probe(text, "how the session takes values") if dialect.family is Family.MYSQL else None


def taking(mode: str, zone: str, dialect: Dialect) -> Probe:
    """Sets both for the session; https://mariadb.com/kb/en/sql-mode/, https://mariadb.com/kb/en/time-zones/."""
    text = f"SET SESSION sql_mode = {quote_string(mode, dialect)}, time_zone = {quote_string(zone, dialect)}"
    return Probe(text, "values are taken as they were stored")


def checking(when: str, dialect: Dialect) -> Probe | None:
    """DEFERRED: keys and references that may be checked at COMMIT are; IMMEDIATE: they are now. PostgreSQL alone can.

    https://www.postgresql.org/docs/current/sql-set-constraints.html
    """
    if dialect.family is not Family.POSTGRES:
        return None
    return Probe(f"SET CONSTRAINTS ALL {when}", "when constraints are checked")
