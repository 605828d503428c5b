"""What is left to do for statements that a script may not contain: count them, record them, and say why."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.engine.limits import with_counts
from safesql.engine.preflight import Preflight
from safesql.engine.record import Entry
from safesql.engine.session import Session
from safesql.engine.stopped import Stopped
from safesql.guard.action import Action


def refusals(session: Session, found: Preflight) -> Iterator[Stopped]:
    """Each refusal as the road itself would have raised and recorded it; raises CannotRecord."""
    for stopped in found.stopped:
        verdict, counted = with_counts(session, stopped)
        entry = Entry(session, verdict, counted)
        entry.intend()
        entry.end("refused")
        session.note(verdict)
        yield Stopped(verdict, counted, unanswered=verdict.action is not Action.BLOCK)
