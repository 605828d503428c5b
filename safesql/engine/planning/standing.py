"""The target of a plan, as the server itself says what it is and where the session stands."""

from __future__ import annotations

from pathlib import Path

from safesql.engine.session import Session
from safesql.errors import UsageError
from safesql.rewrite.fingerprint.standing import standing, standing_of
from safesql.sql.dialect import Family
from safesql.store.plan.plan import Place


def place_of(session: Session) -> Place:
    """Raises StatementFailed as the server does, and UsageError for a database that ends with the session."""
    connection, profile = session.connection, session.profile
    server, dialect = connection.server, connection.dialect
    found = standing_of(next(iter(list(connection.query(standing(dialect)).rows()))))
    identity, database = server.identity, found.database
    if dialect.family is Family.SQLITE:
        path = _file(profile.target.path)
        identity, database = f"file {path.stat().st_ino}", path.name
    return Place(
        profile=profile.name,
        label=profile.target.label,
        environment=profile.environment.word,
        product=server.product,
        identity=identity,
        database=database,
        database_id=found.database_id,
        timeline=found.timeline,
        role=found.role or server.user,
        dialect=dialect.name,
        modes=tuple(sorted(mode.value for mode in dialect.modes)),
        path=found.path,
    )


def _file(path: str) -> Path:
    """The file of a SQLite database."""
    if path in ("", ":memory:"):
        raise UsageError("a database in memory is gone when this ends, so nothing can be planned for it")
    return Path(path).expanduser().resolve()
