"""A link that others could read or answer on: known to the prompt, and written down when it is made."""

from __future__ import annotations

from safesql.backends import trust
from safesql.engine.session import Session
from safesql.store.audit import Intent, Outcome


def insecure(session: Session) -> bool:
    """Whether somebody on the way could read along or answer in the server's place."""
    return trust.insecure(session.profile.target, encrypted=session.connection.server.encrypted)


def written_down(session: Session) -> None:
    """An insecure link is in the audit log before anything is sent on it; raises CannotRecord."""
    if not insecure(session):
        return
    server, target = session.connection.server, session.profile.target
    link = "encrypted, and the server was not verified" if server.encrypted else "not encrypted"
    record = session.audit.intent(Intent(
        r"\connect", "allow", target=target.label, identity=server.identity, os_user=session.user, db_user=server.user,
        profile=session.profile.name, environment=session.profile.environment.word,
        link=link,
    ))  # fmt: skip
    session.audit.outcome(record, Outcome("done"))
