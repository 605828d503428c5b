"""The variables that psql itself gives a value to, as far as they mean something here."""

from __future__ import annotations

from safesql.engine.session import Session
from safesql.sql.dialect import Family
from safesql.sql.variables import Variables


def known_variables(session: Session, *, running: bool) -> Variables:
    """Psql's own variables, as far as they make sense here; what depends on the run is not known before it."""
    if session.connection.dialect.family is not Family.POSTGRES:
        return Variables()
    server, target = session.connection.server, session.profile.target
    words = server.product.split()
    major, _, minor = (words[1] if len(words) > 1 else "0").partition(".")
    values: dict[str, str | None] = {
        "DBNAME": server.database, "USER": server.user, "HOST": target.host or "", "PORT": str(target.port or 5432),
        "ENCODING": "UTF8", "SERVER_VERSION_NAME": words[1] if len(words) > 1 else "",
        "SERVER_VERSION_NUM": f"{int(major) * 10000 + int(minor or 0)}" if major.isdigit() else "",
        "AUTOCOMMIT": "on", "ON_ERROR_STOP": "on", "QUIET": "on",
    }
    after = ("ERROR", "SQLSTATE", "ROW_COUNT", "LAST_ERROR_MESSAGE", "LAST_ERROR_SQLSTATE")
    start = ("false", "00000", "0", "", "00000")
    return Variables(values | dict(zip(after, start if running else (None,) * 5, strict=True)))
