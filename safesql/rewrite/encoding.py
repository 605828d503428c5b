"""The encoding of a session: asked for, and changed where the server can convert for us."""

from __future__ import annotations

from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_string

_SECONDS = 5.0
_ASKED = {
    Family.POSTGRES: "SELECT pg_catalog.current_setting('client_encoding')",
    Family.MYSQL: "SELECT @@session.character_set_client",
    Family.SQLITE: "SELECT encoding FROM pragma_encoding",
}


def encoding(dialect: Dialect) -> Probe:
    """One cell: its name as the server has it."""
    return Probe(_ASKED[dialect.family], "the encoding of the session", _SECONDS)


def recoded(name: str, dialect: Dialect) -> str | None:
    """The statement that changes it; None where the session stays as it is."""
    return f"SET client_encoding = {quote_string(name, dialect)};" if dialect.family is Family.POSTGRES else None
