"""``~/.pgpass``, read as libpq reads it: https://www.postgresql.org/docs/current/libpq-pgpass.html."""

from __future__ import annotations

from safesql.sql.possessive import compiled
from safesql.target import Target

_LINE = compiled(r"((?:[^:\\]|\\.)*+):" * 4 + r"((?:[^:\\]|\\.)*+).*")
_ESCAPED = compiled(r"\\(.)")
_USUAL_SOCKETS = ("", "/tmp", "/var/run/postgresql", "/run/postgresql")  # noqa: S108


def password_in(text: str, target: Target) -> str | None:
    """The password of the first line that matches, or None; the usual sockets are ``localhost`` there."""
    place = target.host or ("localhost" if target.socket in _USUAL_SOCKETS else target.socket)
    wanted = (place, str(target.port or 5432), target.database, target.user)
    for line in text.split("\n"):
        found = None if line.startswith("#") else _LINE.fullmatch(line.rstrip("\r"))
        if found and all(_matches(field, value) for field, value in zip(found.groups(), wanted, strict=False)):
            return _plain(found[5])
    return None


def _matches(field: str, value: str) -> bool:
    """Whether a field names a value; a bare star names all."""
    return field == "*" or _plain(field) == value


def _plain(field: str) -> str:
    """A field without its backslashes."""
    return _ESCAPED.sub(r"\1", field)
