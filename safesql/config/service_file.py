"""Services of libpq: https://www.postgresql.org/docs/current/libpq-pgservice.html."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from safesql.errors import UsageError

LONGEST = 1 << 20          # bytes of a service file that are read
_OTHERS = 0o077


def service(name: str, environ: Mapping[str, str]) -> dict[str, str]:
    """The settings of a service, from the user's file before the system's; raises UsageError when there is none.

    A file that holds a password and that others can read is refused.
    """
    for file in _files(environ):
        text = _text(file)
        found = settings_in(text, name, str(file)) if text is not None else None
        if found is None:
            continue
        if "password" in found and file.stat().st_mode & _OTHERS:
            raise UsageError(f"{file} holds a password that others can read; run chmod 600 {file}")
        return found
    raise UsageError(f"there is no service of this name in {' or '.join(map(str, _files(environ)))}")


def settings_in(text: str, name: str, file: str) -> dict[str, str] | None:
    """The settings in one section, the first of a repeated one; None when the file has no such section."""
    found: dict[str, str] | None = None
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            if found is not None:
                break
            found = {} if line == f"[{name}]" else None
        elif found is not None:
            key, equals, value = line.partition("=")
            if not equals or key == "service" or key.startswith("ldap"):
                raise UsageError(f"{file}:{number}: not a setting that a service can have; write name=value")
            found.setdefault(key, value)
    return found


def _files(environ: Mapping[str, str]) -> Iterator[Path]:
    """Where libpq looks."""
    home = Path(environ.get("HOME") or Path.home())
    yield Path(environ["PGSERVICEFILE"]) if environ.get("PGSERVICEFILE") else home / ".pg_service.conf"
    yield Path(environ.get("PGSYSCONFDIR") or "/etc/postgresql-common") / "pg_service.conf"


def _text(file: Path) -> str | None:
    """What a regular file says, or None when there is none to read."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        return stream.read(LONGEST).decode(errors="surrogateescape")
