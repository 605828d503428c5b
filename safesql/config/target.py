"""From what a person types to where a connection goes: a URL, a libpq string, the path of a SQLite file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from safesql.config.client_environment import with_environment
from safesql.config.settings import target_from, truth
from safesql.config.sqlite_file import MEMORY, sqlite_file
from safesql.config.url import Url, looks_like_url, parse_url
from safesql.errors import UsageError
from safesql.slotted import replace
from safesql.target import Target

_LONGEST = 16_384


def target_of(text: str, environ: Mapping[str, str]) -> Target:
    """The target that a text names; what it leaves open comes from the environment as it does for psql and mysql.

    Raises UsageError in one sentence that never repeats a password.
    """
    from safesql.config.conninfo import looks_like_conninfo

    if len(text) > _LONGEST:
        raise UsageError(f"the target is longer than {_LONGEST:,} characters; it should be a name, a URL or a path")
    if text == ":memory:":
        return MEMORY
    if looks_like_url(text):
        return _from_url(parse_url(text), environ)
    if looks_like_conninfo(text) and not _is_file(text):
        return with_environment(_from_conninfo(text, environ), environ)
    return sqlite_file(text)


def _from_url(url: Url, environ: Mapping[str, str]) -> Target:
    """A URL as a target."""
    from safesql.config.login_path import login_path

    if url.dialect == "sqlite":
        return _sqlite_from_url(url)
    parts = {"user": url.user, "host": url.host, "port": url.port, "dbname": url.path}
    settings = {name: value for name, value in parts.items() if value}
    if url.password is not None:
        settings["password"] = url.password
    for name, value in url.query:
        if name in settings:
            raise UsageError(f"the URL gives {name} twice")
        settings[name] = value
    if url.dialect == "postgres":
        settings = _with_service(settings, environ)
    elif "login_path" in settings or "login-path" in settings:
        name = settings.pop("login_path", "") or settings.pop("login-path", "")
        settings = {**login_path(name, environ), **settings}
    return with_environment(target_from(url.dialect, settings), environ)


def _sqlite_from_url(url: Url) -> Target:
    """``sqlite:///relative.db``, ``sqlite:////absolute.db``, ``sqlite://`` for memory."""
    if url.host or url.user or url.password is not None or url.port:
        raise UsageError("a SQLite URL names no host; write sqlite:///file.db, or sqlite:////full/path.db")
    read_only = False
    for name, value in url.query:
        if name == "mode" and value in ("ro", "rw", "rwc"):
            read_only = value == "ro"
        elif name == "read_only":
            read_only = truth(value, name)
        else:
            raise UsageError(f"{name!r} is not a setting of a SQLite URL; there are mode=ro|rw and read_only=true")
    if url.path in ("", ":memory:"):
        return replace(MEMORY, read_only=read_only)
    return sqlite_file(url.path, read_only=read_only)


def _from_conninfo(text: str, environ: Mapping[str, str]) -> Target:
    """A libpq string as a target."""
    from safesql.config.conninfo import KEYWORDS, parse_conninfo

    settings = parse_conninfo(text)
    if not KEYWORDS.intersection(settings):
        raise UsageError("none of the words before = is a setting of libpq, and there is no file of this name either")
    given = {name: value for name, value in settings.items() if value}
    return target_from("postgres", _with_service(given, environ))


def _with_service(settings: dict[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """The settings over those of the service that they name."""
    from safesql.config.service_file import service

    name = settings.pop("service", "")
    return {**service(name, environ), **settings} if name else settings


def _is_file(text: str) -> bool:
    """Whether the whole text is the path of something that exists."""
    try:
        return "\0" not in text and Path(text).exists()
    except OSError:
        return False


