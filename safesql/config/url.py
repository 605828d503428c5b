"""Connection URLs taken apart: ``postgresql://user:password@host:port/database?sslmode=require``."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from safesql.errors import UsageError
from safesql.slotted import dataclass

SCHEMES = {
    "postgresql": "postgres",
    "postgres": "postgres",
    "mysql": "mysql",
    "mariadb": "mariadb",
    "sqlite": "sqlite",
}
"""Scheme by scheme, the dialect it names."""

_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.:-]{0,30}?)://")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_IPV6 = re.compile(r"\[([0-9A-Fa-f:.]+(?:%[^\]]+)?)\](?::(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Url:
    """The parts, percent-decoded; empty where absent. ``path`` has no leading slash."""

    dialect: str
    user: str = ""
    password: str | None = None
    host: str = ""
    port: str = ""
    path: str = ""
    query: tuple[tuple[str, str], ...] = ()

    @property
    def holds_password(self) -> bool:
        """Whether a secret stands in it, in front of the host or as a parameter."""
        return self.password is not None or any("password" in name for name, _ in self.query)


def looks_like_url(text: str) -> bool:
    """Whether a text begins with ``scheme://``."""
    return _SCHEME.match(text) is not None


def parse_url(text: str) -> Url:
    """Take a URL apart; raises UsageError in words that repeat nothing that may be a password."""
    found = _SCHEME.match(text)
    scheme = found[1].lower() if found else ""
    if found is None or scheme not in SCHEMES:
        raise UsageError(f"{scheme or 'this'}:// is not a kind of server safesql knows; write {', '.join(SCHEMES)}")
    rest = text[found.end() :].rstrip()
    if _CONTROL.search(rest):
        raise UsageError("the URL holds a control character; write it percent-encoded, such as %0A")
    place, question, query = rest.partition("?")
    authority, _, path = place.partition("/")
    _check_reserved(authority, path, query)
    user, password, where = _credentials(authority)
    host, port = _host_and_port(where)
    return Url(
        SCHEMES[scheme], user, password, host, port, _decoded(path, "path"), _pairs(query) if question else ()
    )


def _check_reserved(authority: str, path: str, query: str) -> None:
    """Refuse what was most likely meant as a part of a password, before any of it is shown as something else."""
    if "#" in authority + path + query:
        raise UsageError("the URL holds a #, which must be written %23")
    if "@" not in authority and "@" in path + query:
        raise UsageError("in the URL, write / ? and @ of a password as %2F, %3F and %40, an @ elsewhere as %40")


def _credentials(authority: str) -> tuple[str, str | None, str]:
    """User, password and the rest of what stands before the first slash."""
    login, at, where = authority.rpartition("@")
    user, colon, password = login.partition(":")
    return _decoded(user, "user"), _decoded(password, "password") if at and colon else None, where


def _host_and_port(where: str) -> tuple[str, str]:
    """The host, without the brackets of an IPv6 address, and the port as written."""
    if where.startswith("["):
        found = _IPV6.fullmatch(where)
        if found is None:
            raise UsageError("the IPv6 address in the URL does not read as [address] or [address]:port")
        return _decoded(found[1], "host"), found[2] or ""
    if "," in where:
        raise UsageError("the URL names several hosts; safesql connects to exactly one")
    host, _, port = where.partition(":")
    if ":" in port:
        raise UsageError("the URL holds too many colons; write an IPv6 address in brackets, a : of a password as %3A")
    return _decoded(host, "host"), port


def _pairs(query: str) -> tuple[tuple[str, str], ...]:
    """The parameters after the question mark, in order."""
    pairs = []
    for pair in query.split("&"):
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise UsageError("a parameter of the URL is not name=value; write a ? of a password as %3F")
        pairs.append((_decoded(name, "parameter"), _decoded(value, "parameter")))
    return tuple(pairs)


def _decoded(text: str, what: str) -> str:
    """Percent-decoded text; a plus sign stays one."""
    if _BAD_PERCENT.search(text):
        raise UsageError(f"a % in the {what} of the URL is not followed by two hexadecimal digits; write it %25")
    try:
        value = unquote_to_bytes(text).decode()
    except UnicodeDecodeError:            # its text would be a part of a traceback
        raise UsageError(f"the {what} of the URL is not UTF-8 after percent-decoding") from None
    if "\0" in value:
        raise UsageError(f"the {what} of the URL holds %00, which no server takes")
    return value
