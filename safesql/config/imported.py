"""Connections that other clients have in their files, as profiles: pgcli, mycli, psql, mysql, DBeaver."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from configparser import ConfigParser, Error
from typing import Any

from safesql.config.mycnf import section
from safesql.config.url import looks_like_url, parse_url
from safesql.errors import UsageError
from safesql.slotted import dataclass, replace

PROVIDERS = {
    "postgresql": "postgres", "mysql": "mysql", "mysql8": "mysql", "mariadb": "mariadb", "mariaDB": "mariadb",
    "sqlite": "sqlite", "generic": "",
}  # fmt: skip
KINDS = {"test": "staging", "dev": "development"}
KEPT = ("host", "port", "socket", "user", "database")


@dataclass(frozen=True, slots=True)
class Found:
    """A connection: its name, the settings of a profile, whose file it is from, and what of it was left behind."""

    name: str
    settings: Mapping[str, str | int]
    source: str
    left: str = ""


def of_aliases(text: str, source: str, scheme: str) -> Iterator[Found]:
    """``[alias_dsn]`` of pgcli's and mycli's files; raises UsageError for a file that is none."""
    for name, value in _sections(text, source, ("alias_dsn",)).get("alias_dsn", {}).items():
        url = value.strip().strip("\"'")
        if not looks_like_url(url):
            url = f"{scheme}://{url}" if "/" in url or "@" in url else ""
        if url:
            yield _by_url(name, url, source)


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
            left = "its SSH tunnel" if "ssh" in str(place.get("handlers", "")) else ""
            found = _of_parts(name, dialect, place, source, left)
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


def _by_url(name: str, url: str, source: str) -> Found:
    """A connection by its URL, without the password."""
    parts = parse_url(url)
    if not parts.holds_password:
        return Found(name, {"url": url}, source)
    plain = {"host": parts.host, "port": parts.port, "user": parts.user, "database": parts.path}
    left = "its password: use password_command, or ~/.pgpass or ~/.my.cnf"
    return _of_parts(name, parts.dialect, plain, source, left)


def _of_parts(name: str, dialect: str, parts: Mapping[str, Any], source: str, left: str) -> Found:
    """A connection by its parts."""
    settings: dict[str, str | int] = {"dialect": dialect}
    for key in KEPT:
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
