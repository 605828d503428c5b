"""Names and strings as a server takes them back."""

from __future__ import annotations

from safesql.sql.dialect import Dialect, Family, Mode
from safesql.sql.possessive import compiled

_PLAIN = {
    Family.POSTGRES: compiled(r"[a-z_][a-z0-9_$]*"),
    Family.MYSQL: compiled(r"[A-Za-z_][A-Za-z0-9_$]*"),
    Family.SQLITE: compiled(r"[A-Za-z_][A-Za-z0-9_$]*"),
}


def quote_name(name: str, dialect: Dialect) -> str:
    """A name in the server's quotes, doubled inside; raises ValueError for NUL, which no name can hold."""
    if "\x00" in name:
        raise ValueError("a name cannot hold a NUL character")
    quote = "`" if dialect.family is Family.MYSQL and Mode.ANSI_QUOTES not in dialect.modes else '"'
    return quote + name.replace(quote, quote * 2) + quote


def is_plain(name: str, dialect: Dialect) -> bool:
    """Whether a name, unless it is a keyword, reads back as itself without quotes."""
    return _PLAIN[dialect.family].fullmatch(name) is not None


def quote_string(value: str, dialect: Dialect) -> str:
    """A string literal that means ``value`` whatever the session's modes; raises ValueError for NUL."""
    if "\x00" in value:
        raise ValueError("a string literal cannot hold a NUL character")
    doubled = value.replace("'", "''")
    if "\\" not in value:
        return f"'{doubled}'"
    match dialect.family:
        case Family.POSTGRES:
            return "E'" + doubled.replace("\\", "\\\\") + "'"
        case Family.MYSQL:
            return f"_utf8mb4 X'{value.encode().hex()}'"
        case Family.SQLITE:
            return f"'{doubled}'"
