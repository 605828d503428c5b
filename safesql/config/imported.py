"""Connections that other clients have in their files, as profiles: pgcli, mycli, psql, mysql, DBeaver."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from configparser import ConfigParser, Error
from typing import Any

from safesql.config.conninfo import looks_like_conninfo
from safesql.config.mycnf import section
from safesql.config.target import target_of
from safesql.config.url import Url, looks_like_url, parse_url
from safesql.errors import UsageError
from safesql.slotted import dataclass, replace

PROVIDERS = {
    "postgresql": "postgres", "mysql": "mysql", "mysql8": "mysql", "mariadb": "mariadb", "mariaDB": "mariadb",
    "sqlite": "sqlite", "generic": "",
}  # fmt: skip
KINDS = {"test": "staging", "dev": "development"}
_WAY = re.compile(r"(?:(?P<user>[^:@]+)(?::[^@]*)?@)?(?P<host>[^:@\s]+)(?::(?P<port>\d+))?")
KEPT = ("host", "port", "socket", "user", "database")


@dataclass(frozen=True, slots=True)
class Found:
    """A connection: its name, the settings of a profile, whose file it is from, and what of it was left behind.

    ``problem`` says why it cannot be a profile; empty where it can.
    """

    name: str
    settings: Mapping[str, str | int]
    source: str
    left: str = ""
    problem: str = ""


def of_aliases(text: str, source: str, scheme: str) -> Iterator[Found]:
    """``[alias_dsn]`` of pgcli's and mycli's files, with pgcli's tunnels; raises UsageError for a file that is none."""
    sections = _sections(text, source, ("alias_dsn", "ssh tunnels", "dsn ssh tunnels"))
    for name, value in sections.get("alias_dsn", {}).items():
        url = value.strip().strip("\"'")
        if not looks_like_url(url) and not looks_like_conninfo(url):
            url = f"{scheme}://{url}" if "/" in url or "@" in url else ""
        if url:
            found = _by_text(name, url, source)
            way = _tunnel(sections.get("dsn ssh tunnels", {}), name) or _tunnel(
                sections.get("ssh tunnels", {}), str(found.settings.get("host", ""))
            )
            yield replace(found, settings={**_spelled_out(found.settings), **way}) if way else found


def of_services(text: str, source: str) -> Iterator[Found]:
    """The services of libpq: a profile names the service, so that there is one place for its settings."""
    for name, settings in _sections(text, source).items():
        kept = {"host": settings.get("host") or settings.get("hostaddr"), "port": settings.get("port"),
                "user": settings.get("user"), "database": settings.get("dbname")}  # fmt: skip
        left = "its password, which stays in the service file" if "password" in settings else ""
        yield _of_parts(name, "postgres", kept, source, left)


def of_option_file(text: str, source: str) -> Iterator[Found]:
    """``[client]`` of the mysql client's own file, and its groups ``[clientNAME]`` (--defaults-group-suffix)."""
    for group in dict.fromkeys(re.findall(r"(?m)^\s*\[(client[\w-]*)\]", text)):
        options = section(text, group) or {}
        if options.keys() & {"host", "socket", "user"}:
            left = "its password, which is read from there" if "password" in options else ""
            yield _of_parts(group.removeprefix("client").strip("-_") or "mysql", "mysql", options, source, left)


def of_dbeaver(text: str, source: str) -> Iterator[Found]:
    """``data-sources.json`` of a workspace; its passwords are elsewhere, and encrypted."""
    try:
        connections = json.loads(text)["connections"]
        entries = [(entry, entry.get("configuration", {})) for entry in connections.values()]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{source} is not a data-sources.json of DBeaver") from error
    for entry, place in entries:
        dialect = PROVIDERS.get(str(entry.get("provider", "")), "")
        if not dialect:
            continue
        name, kind = str(entry.get("name", dialect)), KINDS.get(str(place.get("type", "")), "production")
        if dialect == "sqlite":
            found = Found(name, {"dialect": dialect, "path": str(place.get("database", ""))}, source)
        else:
            found = _of_parts(name, dialect, place, source, "")
            found = replace(found, settings={**found.settings, **_dbeavers_tunnel(place)})
        yield replace(found, settings={**found.settings, "environment": kind})


def as_toml(found: Found, name: str) -> str:
    """The table of a profile; what nobody said is production."""
    lines = [f"# from {found.source}" + (f"; without {found.left}" if found.left else ""), f"[profiles.{_key(name)}]"]
    settings = {**found.settings}
    settings.setdefault("environment", "production")
    for key, value in settings.items():
        lines.append(f"{key} = {value if isinstance(value, int) else json.dumps(value, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"


def named(name: str, taken: set[str]) -> str:
    """A name that a profile can have and that is not taken yet."""
    plain = re.sub(r"[^\w.@+-]+", "-", name).strip("-.@+") or "profile"
    free = plain
    number = 2
    while free in taken:
        free, number = f"{plain}-{number}", number + 1
    return free[:100]


def _by_text(name: str, text: str, source: str) -> Found:
    """A connection by its URL or string, without the password, and without what would not verify the server."""
    left: list[str] = []
    try:
        parts = parse_url(text) if looks_like_url(text) else None
        unknown = _unknown(text, parts)
        target = target_of(text.partition("?")[0] if unknown else text, {})
    except UsageError as error:
        return Found(name, {}, source, problem=str(error))
    weak = target.tls in ("insecure", "require", "prefer", "allow", "disable")
    if parts is not None and not (parts.holds_password or weak or unknown):
        return Found(name, {"url": text}, source)
    if target.password is not None or (parts is not None and parts.holds_password):
        left.append("its password: use password_command, or ~/.pgpass or ~/.my.cnf")
    left += [f"tls = {target.tls}, so that the server has to prove who it is"] if weak else []
    left += [f"what it says of {', '.join(unknown)}"] if unknown else []
    ca = target.tls_ca or next((value for key, value in parts.query if key == "ssl_ca"), "") if parts else target.tls_ca
    kept = {**{key: getattr(target, key) for key in KEPT}, "tls_ca": ca}
    return _of_parts(name, target.dialect or target.backend, kept, source, "; without ".join(left))


def _unknown(text: str, parts: Url | None) -> list[str]:
    """The parameters of a URL that mean nothing here, where one does."""
    if parts is None or not parts.query:
        return []
    try:
        target_of(text, {})
    except UsageError:
        return [key for key, _ in parts.query if "password" not in key and key != "ssl_ca"]
    return []


def _spelled_out(settings: Mapping[str, str | int]) -> Mapping[str, str | int]:
    """A URL by its parts, beside which more can be said."""
    if "url" not in settings:
        return settings
    target = target_of(str(settings["url"]), {})
    parts = {key: getattr(target, key) for key in (*KEPT, "tls_ca")}
    return _of_parts("", target.dialect or target.backend, parts, "", "").settings


def _tunnel(ways: Mapping[str, str], name: str) -> dict[str, str | int]:
    """By ``pattern = user:password@host:port``, the first of which is found in the name."""
    for pattern, way in ways.items():
        try:
            fits = re.search(pattern, name) is not None
        except re.error:
            continue
        found = _WAY.fullmatch(way.strip().strip("\"'").removeprefix("ssh://")) if fits and name else None
        if found is not None:
            host = f"{found['user']}@{found['host']}" if found["user"] else found["host"]
            return {"ssh_host": host, **({"ssh_port": int(found["port"])} if found["port"] else {})}
    return {}


def _dbeavers_tunnel(place: Mapping[str, Any]) -> dict[str, str | int]:
    """The host in between, where it is switched on."""
    handlers = place.get("handlers")
    handler = handlers.get("ssh_tunnel") if isinstance(handlers, dict) else None
    if not isinstance(handler, dict) or not handler.get("enabled"):
        return {}
    settings = handler.get("properties")
    if not isinstance(settings, dict) or not settings.get("host"):
        return {}
    user, port = str(handler.get("user", "")), str(settings.get("port", ""))
    return {"ssh_host": f"{user}@{settings['host']}" if user else str(settings["host"]),
            **({"ssh_port": int(port)} if port.isdigit() and port != "22" else {})}  # fmt: skip


def _of_parts(name: str, dialect: str, parts: Mapping[str, Any], source: str, left: str) -> Found:
    """A connection by its parts."""
    settings: dict[str, str | int] = {"dialect": dialect}
    for key in (*KEPT, "tls_ca"):
        value = parts.get(key)
        if value:
            settings[key] = int(value) if key == "port" and str(value).isdigit() else str(value)
    if len(settings.keys() & {"host", "port", "socket"}) == 0:
        settings["host"] = "localhost"
    return Found(name, settings, source, left)


def _key(name: str) -> str:
    """A key of TOML."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)


def _sections(text: str, source: str, only: tuple[str, ...] = ()) -> dict[str, dict[str, str]]:
    """An INI file; raises UsageError when it is none."""
    parser = ConfigParser(
        interpolation=None, strict=False, allow_no_value=True, delimiters=("=",), comment_prefixes=("#", ";")
    )
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(text)
    except Error as error:
        raise UsageError(f"{source} cannot be read as sections of name = value") from error
    return {name: {key: value or "" for key, value in parser[name].items()} for name in parser.sections()
            if not only or name in only}  # fmt: skip
