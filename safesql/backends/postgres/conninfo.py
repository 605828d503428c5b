"""A target in libpq's words; https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS."""

from __future__ import annotations

import math
from pathlib import Path

from safesql.backends.trust import VERIFIED, bundle, tls_mode
from safesql.target import Target

SOCKETS = ("/var/run/postgresql", "/run/postgresql", "/tmp")  # noqa: S108 - where servers put their sockets
"""The libpq that psycopg brings looks in /tmp alone, wherever the system's server listens."""

PORT = 5432


def conninfo(target: Target) -> dict[str, str]:
    """The parameters for libpq; the password is among them."""
    words = dict(target.options)
    words |= {"host": _host(target), "port": str(target.port or PORT), "client_encoding": "utf8"}
    words |= {"user": target.user} if target.user else {}
    words |= {"dbname": target.database} if target.database else {}
    words |= {"password": target.password} if target.password is not None else {}
    words["connect_timeout"] = str(max(1, math.ceil(target.connect_timeout)))
    words.setdefault("application_name", "safesql")
    return words | _tls(target, words)


def _host(target: Target) -> str:
    """A folder of sockets or a host name."""
    if target.socket or target.host:
        return target.socket or target.host
    name = f".s.PGSQL.{target.port or PORT}"
    return next((folder for folder in SOCKETS if Path(folder, name).exists()), "localhost")


def _tls(target: Target, words: dict[str, str]) -> dict[str, str]:
    """TLS, and whether the server may ask for the password in clear text."""
    if words["host"].startswith(("/", "@")):
        return {"sslmode": "prefer"}            # libpq speaks no TLS over a socket
    mode = tls_mode(target)
    added = {"sslmode": "require" if mode == "insecure" else mode}
    if mode in VERIFIED:
        added |= _authorities(target)
    elif "require_auth" not in words:
        added["require_auth"] = "!password"     # a server that has not proved who it is may not ask for it
    return added


def _authorities(target: Target) -> dict[str, str]:
    """Who may vouch for the server: the target's file, else libpq's own, else the system's."""
    if target.tls_ca:
        return {"sslrootcert": target.tls_ca}
    if Path("~/.postgresql/root.crt").expanduser().exists():
        return {}
    return {"sslrootcert": bundle() or "system"}
