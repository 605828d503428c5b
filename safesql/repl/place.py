"""Where a session is, as the facts that prompt and toolbar show; all of them known without asking the server."""

from __future__ import annotations

from dataclasses import dataclass

from safesql.engine.moved import Whereabouts
from safesql.engine.session import Session

LOOPBACK = ("", "localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Place:
    """``transaction`` is none, open, failed or unknown; ``replica`` is None where the server does not say."""

    target: str
    user: str = ""
    database: str = ""
    environment: str = "production"
    transaction: str = "none"
    replica: bool | None = None
    read_only: bool = False
    insecure: bool = False              # over a network, and not encrypted or not verified
    unlocked: bool = False              # somebody broke the glass
    staging: str = ""                   # the review file that changes go to


def place(session: Session, led: Whereabouts | None = None) -> Place:
    """The facts at this moment; ``led`` is where statements have led since the connection was made."""
    server, target = session.connection.server, session.profile.target
    remote = target.backend != "sqlite" and not target.socket and target.host not in LOOPBACK
    return Place(
        target=_host(session),
        user=(led.user if led else "") or _user(session),
        database=(led.database if led else "") or server.database,
        environment=session.profile.environment.word,
        transaction=session.connection.transaction.value,
        replica=server.replica,
        read_only=target.read_only,
        insecure=target.tls == "insecure" or (remote and not server.encrypted),
        unlocked=bool(session.policy.unlocked),
        staging=session.review.path.name if session.review else "",
    )


def _user(session: Session) -> str:
    """The account without the host that MySQL adds to it; nobody where there are no accounts."""
    if session.profile.target.backend == "sqlite":
        return ""
    return session.connection.server.user.partition("@")[0]


def _host(session: Session) -> str:
    """The profile's name, or the host; of a SQLite file its name without the folders."""
    target = session.profile.target
    if target.backend == "sqlite":
        return session.profile.name or target.path.rsplit("/", 1)[-1] or ":memory:"
    port = f":{target.port}" if target.port and not target.socket else ""
    return session.profile.name or f"{target.host or 'localhost'}{port}"
