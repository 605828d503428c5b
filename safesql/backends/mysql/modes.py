"""From what the server says about itself and its session to a Dialect."""

from __future__ import annotations

import re

from pymysql.charset import charset_by_name

from safesql.slotted import replace
from safesql.sql.dialect import Dialect, Mode
from safesql.sql.dialects import mariadb, mysql

NAMES = {
    "ANSI_QUOTES": Mode.ANSI_QUOTES,
    "NO_BACKSLASH_ESCAPES": Mode.NO_BACKSLASH_ESCAPES,
    "PIPES_AS_CONCAT": Mode.PIPES_AS_CONCAT,
    "HIGH_NOT_PRECEDENCE": Mode.HIGH_NOT_PRECEDENCE,
    "IGNORE_SPACE": Mode.IGNORE_SPACE,
    "STRICT_TRANS_TABLES": Mode.STRICT,
    "STRICT_ALL_TABLES": Mode.STRICT,
    "ORACLE": Mode.ORACLE,
}
_VERSION = re.compile(r"(?:5\.5\.5-(?=\d+\.\d+\.\d+-MariaDB))?(\d+)\.(\d+)(?:\.(\d+))?")


def dialect_of(version: str) -> Dialect:
    """MySQL or MariaDB, with the version as executable comments count it: 10.11.19 is 101119."""
    found = _VERSION.match(version)
    known = int(found[1]) * 10000 + int(found[2]) * 100 + int(found[3] or 0) if found else None
    return replace(mariadb.DIALECT if "mariadb" in version.lower() else mysql.DIALECT, version=known)


def product_of(version: str) -> str:
    """Name and version as people say them; old clients are told 5.5.5 before MariaDB's own version."""
    name = "MariaDB" if "mariadb" in version.lower() else "MySQL"
    found = _VERSION.match(version)
    number = ".".join(part for part in found.groups() if part) if found else version
    return f"{name} {number}"


def with_sql_mode(dialect: Dialect, sql_mode: str) -> Dialect:
    """The dialect with the modes of this sql_mode."""
    return dialect.with_modes(*(NAMES[name] for name in sql_mode.upper().split(",") if name in NAMES))


def codec(charset: str) -> str:
    """Python's name for a character set; UTF-8 where there is none, so that what is not becomes visible as bytes."""
    try:
        return str(charset_by_name(charset).encoding)
    except (KeyError, AttributeError):
        return "utf-8"


def names_in(listed: str) -> set[str]:
    """The settings in a list, which the server may give back in another order."""
    return {name.strip().lower() for name in listed.split(",")}
