"""A target in libpq's words; https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS."""

from __future__ import annotations

import math
from pathlib import Path

from safesql.backends.trust import VERIFIED, authority, bundle, tls_mode
from safesql.errors import CannotConnect
from safesql.target import Target

SOCKETS = ("/var/run/postgresql", "/run/postgresql", "/tmp")  # noqa: S108 - where servers put their sockets
"""The libpq that psycopg brings looks in /tmp alone, wherever the system's server listens."""

PORT = 5432


def conninfo(target: Target) -> dict[str, str]:
    """The parameters for libpq; the password is among them."""
    words = dict(target.options)
    words |= {"host": _host(target), "port": str(target.port or PORT), "client_encoding": "utf8"}
    if target.via:
        words |= {"hostaddr": "127.0.0.1", "port": str(target.via)}       # and the name is what is verified
    words |= {"user": target.user} if target.user else {}
    words |= {"dbname": target.database} if target.database else {}
    words |= {"password": target.password} if target.password is not None else {}
    words["connect_timeout"] = str(max(1, math.ceil(target.connect_timeout)))
    words.setdefault("application_name", "safesql")
    return words | _tls(target, words)


def _host(target: Target) -> str:
    """A folder of sockets or a host name."""
    if target.via:
        return target.host or "localhost"
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
        return added | authorities(target, Path.home(), bundle())
    return added | {"require_auth": _logins(target, words.get("require_auth", ""))}


def _logins(target: Target, asked: str) -> str:
    """How a server that has not proved who it is may ask for a login: never for the password in clear text.

    Somebody who writes ``password`` for a server on this machine means it. Methods are all wanted or all unwanted:
    https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-REQUIRE-AUTH
    """
    methods = [method.strip() for method in asked.split(",") if method.strip()]
    if all(method.startswith("!") for method in methods):
        return ",".join(methods if "!password" in methods else [*methods, "!password"])
    if "password" in methods and not target.near:
        raise CannotConnect(
            f"require_auth = {asked} would show the password to {target.label}, which has not proved who it is; "
            "connect with tls=verify-full, or take password out of require_auth"
        )
    return asked


def authorities(target: Target, home: Path, found: str) -> dict[str, str]:
    """Who may vouch for the server: the target's file, else libpq's own, else the system's file that was ``found``.

    Raises CannotConnect where there is none; libpq takes the word ``system`` with verify-full alone.
    """
    if target.tls_ca:
        return {"sslrootcert": authority(target.tls_ca, home)}
    if (home / ".postgresql" / "root.crt").exists():
        return {}
    if not found and tls_mode(target) != "verify-full":
        raise CannotConnect(
            f"cannot connect to {target.label}: this system has no file of authorities to verify the server with; "
            "name one with tls_ca, or connect with tls=verify-full"
        )
    return {"sslrootcert": found or "system"}
