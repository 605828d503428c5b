"""Connection settings by any of the names that libpq, the MySQL clients and safesql give them, made one Target."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from safesql.config.conninfo import KEYWORDS
from safesql.config.nearest import nearest
from safesql.errors import UsageError
from safesql.slotted import replace
from safesql.target import Target

TLS = ("disable", "prefer", "require", "verify-ca", "verify-full", "insecure")
_TLS_SPELLINGS = {
    "allow": "prefer", "disabled": "disable", "preferred": "prefer", "required": "require", "verify_ca": "verify-ca",
    "verify_identity": "verify-full", "verify-identity": "verify-full", "off": "disable",
}
_SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0, "m": 60.0, "h": 3600.0, "": 1.0}
_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)\s*(ms|s|min|m|h|)")
_UTF8 = frozenset({"utf8", "utf8mb4", "utf-8", "unicode"})


def duration(text: str, name: str) -> float:
    """Seconds in ``10s``, ``2m``, ``500ms``, ``1h`` or a plain number; raises UsageError for all else and for 0."""
    found = _DURATION.fullmatch(text.strip())
    seconds = float(found[1]) * _SECONDS[found[2]] if found else 0.0
    if not seconds:
        raise UsageError(f"{name} is not a time above zero such as 500ms, 10s or 2m")
    return seconds


def port(text: str) -> int:
    """A port number; raises UsageError without repeating the text, which may be a part of a password."""
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise UsageError("the port is not a number from 1 to 65535")
    return int(text)


def tls(text: str) -> str:
    """A word of TLS, whichever client spells it."""
    word = text.strip().lower()
    word = _TLS_SPELLINGS.get(word, word)
    if word not in TLS:
        raise UsageError(f"tls is none of {', '.join(TLS)}{nearest(word, TLS)}")
    return word


def truth(text: str, name: str) -> bool:
    """Yes or no, in the words of URLs."""
    match text.strip().lower():
        case "1" | "true" | "yes" | "on":
            return True
        case "0" | "false" | "no" | "off":
            return False
        case _:
            raise UsageError(f"{name} is neither true nor false")


def target_from(dialect: str, settings: Mapping[str, str]) -> Target:
    """A Target from settings by their outside names; raises UsageError for unknown names and values without sense."""
    backend = "mysql" if dialect == "mariadb" else dialect
    fields: dict[str, Any] = {"backend": backend, "dialect": dialect}
    options: list[tuple[str, str]] = []
    for name, value in settings.items():
        reader = READERS.get(name.replace("-", "_"))
        if reader is not None:
            field, read = reader
            if field in fields:
                raise UsageError(f"{field} is given twice, in two ways")
            fields[field] = read(value)
        elif backend == "postgres" and name in KEYWORDS and name not in REFUSED:
            options.append((name, value))
        elif name not in ("charset", "client_encoding") or value.lower() not in _UTF8:
            raise UsageError(_unknown(backend, name))
    return placed(Target(**fields, options=tuple(options)))


def placed(target: Target) -> Target:
    """The target with a host that is a path read as the socket that it is; raises UsageError for several hosts."""
    if "," in target.host:
        raise UsageError("several hosts are named; safesql connects to exactly one")
    if target.host.startswith(("/", "@")):
        return replace(target, host="", socket=target.host)
    return target


def _unknown(backend: str, name: str) -> str:
    """Why a setting is not taken."""
    if name in REFUSED:
        return REFUSED[name]
    if name in ("charset", "client_encoding"):
        return f"{name} must be utf8: safesql reads and writes nothing else"
    known = {*READERS, *(KEYWORDS - set(REFUSED) if backend == "postgres" else ())}
    return f"{name!r} is not a connection setting safesql knows{nearest(name, known)}"


REFUSED = {
    "service": "a service is named in a URL, a connection string or PGSERVICE, not in another service",
    "client_encoding": "client_encoding must be utf8: safesql reads and writes nothing else",
    "target_session_attrs": "target_session_attrs chooses among several hosts; safesql connects to exactly one",
    "load_balance_hosts": "load_balance_hosts chooses among several hosts; safesql connects to exactly one",
}
"""Settings of libpq that would decide behind safesql's back where a connection goes or how text is read."""

READERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "host": ("host", str), "hostaddr": ("host", str), "port": ("port", port), "user": ("user", str),
    "dbname": ("database", str), "database": ("database", str), "password": ("password", str),
    "socket": ("socket", str), "unix_socket": ("socket", str),
    "sslmode": ("tls", tls), "ssl_mode": ("tls", tls), "tls": ("tls", tls),
    "sslrootcert": ("tls_ca", str), "ssl_ca": ("tls_ca", str), "tls_ca": ("tls_ca", str),
    "connect_timeout": ("connect_timeout", lambda text: duration(text, "connect_timeout")),
    "statement_timeout": ("statement_timeout", lambda text: duration(text, "statement_timeout")),
    "lock_timeout": ("lock_timeout", lambda text: duration(text, "lock_timeout")),
    "idle_in_transaction_timeout": (
        "idle_in_transaction_timeout", lambda text: duration(text, "idle_in_transaction_timeout")
    ),
    "read_only": ("read_only", lambda text: truth(text, "read_only")),
}
"""Outside name -> field of Target and how its text is read."""
