"""Where a session is, as the facts that prompt and toolbar show; all of them known without asking the server."""

from __future__ import annotations

from safesql.engine.link import insecure
from safesql.engine.moved import Whereabouts
from safesql.engine.session import Session
from safesql.slotted import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """``transaction`` is none, open, failed or unknown; ``replica`` is None where the server does not say."""

    target: str
    user: str = ""
    database: str = ""
    environment: str = "production"
    color: str = ""                     # behind that word; empty for the environment's own
    transaction: str = "none"
    replica: bool | None = None
    changed: bool = False               # the server is not what it was when the session began
    read_only: bool = False
    insecure: bool = False              # over a network, and not encrypted or not verified
    unlocked: bool = False              # somebody broke the glass
    staging: str = ""                   # the review file that changes go to
    encrypted: bool | None = None       # None where nothing goes over a network
    autocommit: bool = True             # else what is typed begins a transaction
    age: float | None = None            # seconds since the transaction was opened, where that is known


def place(session: Session, led: Whereabouts | None = None, age: float | None = None) -> Place:
    """The facts at this moment; ``led`` is where statements have led since, ``age`` that of the open transaction."""
    server, target = session.connection.server, session.profile.target
    return Place(
        target=_host(session),
        user=(led.user if led else "") or _user(session),
        database=(led.database if led else "") or server.database,
        environment=session.profile.environment.word,
        color=session.profile.color,
        transaction=session.connection.transaction.value,
        replica=session.role.replica(session.connection),
        changed=bool(session.role.changed(session.connection)),
        read_only=target.read_only,
        insecure=insecure(session),
        unlocked=bool(session.policy.unlocked),
        staging=session.review.path.name if session.review else "",
        encrypted=None if target.backend == "sqlite" or target.socket else server.encrypted,
        autocommit=session.autocommit,
        age=age,
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
