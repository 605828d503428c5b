"""From a profile to a session: password, connection, identity and role checked before anything is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from safesql.backends.contract import Connection
from safesql.config.password import Passwords
from safesql.config.profile import Profile
from safesql.engine.first_statements import run_first
from safesql.engine.link import written_down
from safesql.engine.login import Login
from safesql.engine.question import Ask, Nobody
from safesql.engine.session import Session
from safesql.errors import Drift, SafesqlError
from safesql.guard.action import Environment
from safesql.slotted import dataclass, replace
from safesql.store.audit import AuditLog

MEMORY = ":memory:"       # a second connection to it would be another database


@dataclass(frozen=True, slots=True)
class Around:
    """What a session takes from its surroundings: the log, the user of the system, passwords."""

    audit: Callable[[], AuditLog]
    user: str
    passwords: Passwords


def open_session(profile: Profile, around: Around, ask: Ask | None = None) -> Session:
    """Connect, check, and run what the profile begins with.

    Raises CannotRecord before anything, CannotConnect, Drift for another server than was pinned, and Refused for an
    ``init`` that the policy does not let pass.
    """
    audit = around.audit()
    target = around.passwords.given(profile.target, profile.password_command, profile.keyring)
    target = replace(target, guarded=profile.environment > Environment.DEVELOPMENT)
    login = Login(target, around.passwords, profile.password_command, profile.keyring)
    connection = login.first()
    profile = replace(profile, target=login.target)
    try:
        _check_identity(profile, connection)
        ahead = _clock_ahead(connection)
    except SafesqlError:
        connection.close()
        raise
    session = Session(
        connection,
        profile,
        audit,
        another=None if target.path == MEMORY else lambda: login.again(read_only=True),
        user=around.user,
        clock_ahead=ahead,
    )
    try:
        written_down(session)
        run_first(session)
    except BaseException:
        connection.close()
        audit.close()
        raise
    session.ask = ask or Nobody()
    return session


def _check_identity(profile: Profile, connection: Connection) -> None:
    """The server must be the one that the profile pins."""
    if not profile.identity:
        return
    found = connection.server.identity
    if not found:
        raise Drift(
            f"profile {profile.name} pins identity {profile.identity}, and this server does not tell its own; "
            "not connected"
        )
    if found != profile.identity:
        raise Drift(
            f"this is another server: profile {profile.name} pins identity {profile.identity}, "
            f"and {profile.target.label} says {found}; not connected"
        )


def _clock_ahead(connection: Connection) -> timedelta | None:
    """The server's clock less ours; None when it does not tell."""
    from safesql.rewrite.clock import server_clock

    try:
        result = connection.query(server_clock(connection.dialect))
        rows = list(result.rows())
        result.summary()
        server = datetime.fromtimestamp(int(str(rows[0][0])) / 1_000_000, UTC)
    except (SafesqlError, ValueError, IndexError, OverflowError):
        return None
    return server - datetime.now(UTC)
