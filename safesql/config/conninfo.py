"""Connection strings of libpq: ``host=db.example.com dbname='my db'``."""

from __future__ import annotations

import re

from safesql.errors import UsageError
from safesql.sql.possessive import compiled

_SPACE = compiled(r"[ \t\n\r\f\v]*+")
_KEYWORD = compiled(r"([^ \t\n\r\f\v=]++)[ \t\n\r\f\v]*+=[ \t\n\r\f\v]*+")
_PLAIN = compiled(r"(?:[^ \t\n\r\f\v\\]|\\.)*+", re.DOTALL)
_QUOTED = compiled(r"'((?:[^'\\]|\\.)*+)'", re.DOTALL)
_ESCAPED = compiled(r"\\(.)", re.DOTALL)

KEYWORDS = frozenset({
    "application_name", "channel_binding", "client_encoding", "connect_timeout", "dbname",
    "fallback_application_name", "gssdelegation", "gssencmode", "gsslib", "host", "hostaddr", "keepalives",
    "keepalives_count", "keepalives_idle", "keepalives_interval", "krbsrvname", "load_balance_hosts",
    "max_protocol_version", "min_protocol_version", "options", "passfile", "password", "port", "require_auth",
    "requirepeer", "requiressl", "service", "ssl_max_protocol_version", "ssl_min_protocol_version", "sslcert",
    "sslcertmode", "sslcompression", "sslcrl", "sslcrldir", "sslkey", "sslmode", "sslnegotiation", "sslpassword",
    "sslrootcert", "sslsni", "target_session_attrs", "tcp_user_timeout", "user",
})
"""What libpq knows; https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS."""


def looks_like_conninfo(text: str) -> bool:
    """Whether a text begins with a word and an equals sign, which no URL does."""
    return re.match(r"\s*[A-Za-z_]+\s*=", text) is not None


def parse_conninfo(text: str) -> dict[str, str]:
    """The settings by keyword, quotes and backslashes read as libpq reads them; the last of a repeated one counts.

    Raises UsageError, in words that never repeat a value, since it may be a password.
    """
    settings: dict[str, str] = {}
    at = _past(_SPACE, text, 0)
    while at < len(text):
        keyword = _KEYWORD.match(text, at)
        if keyword is None:
            raise UsageError("the connection string is not keyword=value pairs; quote values that hold spaces")
        settings[keyword[1]], at = _value(text, keyword.end(), keyword[1])
        at = _past(_SPACE, text, at)
    return settings


def _value(text: str, at: int, keyword: str) -> tuple[str, int]:
    """One value, and where it ended."""
    if text[at : at + 1] != "'":
        end = _past(_PLAIN, text, at)
        if text[end : end + 1] == "\\":
            raise UsageError("the connection string ends in a single backslash; write \\\\ for a backslash")
        return _ESCAPED.sub(r"\1", text[at:end]), end
    quoted = _QUOTED.match(text, at)
    if quoted is None:
        name = keyword if keyword in KEYWORDS else "one setting"
        raise UsageError(f"the quoted value of {name} in the connection string does not end; close it with '")
    return _ESCAPED.sub(r"\1", quoted[1]), quoted.end()


def _past(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Where a pattern that always matches stops."""
    found = pattern.match(text, at)
    return found.end() if found else at
