"""Give a session its undo journal, and find out first how entries ended that nobody saw the end of."""

from __future__ import annotations

import os
from pathlib import Path

from safesql.engine.session import Session
from safesql.engine.undoing.keeper import Caps, UndoKeeper
from safesql.engine.undoing.resolve import resolve, unresolved
from safesql.errors import CannotRecord
from safesql.guard.action import Undo
from safesql.sql.dialect import Family
from safesql.store.journal.journal import Journal, process_of

CAPS = Caps()


def attach(session: Session, folder: Path, *, unsaid: Undo = Undo.OFF) -> list[str]:
    """Keep what this session changes, if its policy says so, or ``unsaid`` where the policy says nothing.

    Returns what was found out about older entries, a sentence each. Raises CannotRecord when undo is required and the
    journal cannot be used; where it is only kept when possible, that is one of the sentences.
    """
    wanted = session.profile.policy.undo
    wanted = unsaid if wanted is None else wanted
    if wanted is Undo.OFF or session.profile.target.read_only:
        return []
    try:
        keeper = keeper_of(session, folder)
        said = settled(session, keeper)
        keeper.journal.expire(keeper.caps.days)
        keeper.journal.compact()
    except CannotRecord as error:
        if wanted is Undo.REQUIRED:
            raise
        return [f"no undo journal: {error}"]
    session.keeper = keeper
    return said


def keeper_of(session: Session, folder: Path) -> UndoKeeper:
    """The journal of this session's place, whatever the policy says; raises CannotRecord."""
    policy = session.profile.policy
    caps = Caps(
        CAPS.rows if policy.undo_max_rows is None else policy.undo_max_rows,
        CAPS.bytes if policy.undo_max_bytes is None else policy.undo_max_bytes,
        CAPS.days if policy.undo_days is None else policy.undo_days,
        CAPS.total if policy.undo_total_bytes is None else policy.undo_total_bytes,
    )
    journal = Journal.of(folder, process_of(os.getpid()), caps.total)
    return UndoKeeper(session.connection, journal, place_of(session), session.profile.target.label, caps)


def settled(session: Session, keeper: UndoKeeper) -> list[str]:
    """Ask the server about entries without an end; a sentence for each. Raises CannotRecord."""
    said = []
    for entry in unresolved(keeper.journal, keeper.place):
        state = resolve(session.connection, keeper.journal, entry)
        if state is not entry.state:
            said.append(f"undo journal: entry {entry.id} was left {entry.state.value}; the server says: {state.value}")
        else:
            said.append(f"undo journal: how entry {entry.id} ended is not known; look at its rows")
    return said


def place_of(session: Session) -> str:
    """Server and database, so that the same rows are meant wherever one connects from."""
    target, server = session.profile.target, session.connection.server
    if session.connection.dialect.family is Family.SQLITE:
        if target.path in ("", ":memory:"):
            return f"memory of {process_of(os.getpid())}"
        return f"sqlite {Path(target.path).expanduser().resolve()}"
    where = server.identity
    if not where:
        where = f"{target.socket or target.host or 'localhost'}:{target.port or ''}"
    database = f"/{server.database}" if session.connection.dialect.family is Family.POSTGRES else ""
    return f"{session.connection.dialect.family.value} {where}{database}"
