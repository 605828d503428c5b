"""Write a statement down for review instead of running it."""

from __future__ import annotations

from datetime import UTC, datetime

from safesql.engine.session import Session
from safesql.engine.touched import Touched
from safesql.guard.effect import Effect, Reach
from safesql.guard.verdict import Verdict
from safesql.store.review import StagedStatement


def stages(verdict: Verdict) -> bool:
    """Whether a statement belongs in the review file: it changes something, or the meaning of what follows it."""
    return verdict.effect.changes or _shapes(verdict.effect)


def stage(session: Session, verdict: Verdict, counted: tuple[Touched, ...]) -> bool:
    """Append it to the review file; False when it has to run as well, since it only shapes the session."""
    if session.review is None:
        raise AssertionError("staging without a review file")
    server = session.connection.server
    session.review.append(
        StagedStatement(
            statement=verdict.statement,
            target=session.profile.target.label,
            database=server.database,
            time=datetime.now(UTC),
            verdict=verdict.action.word,
            rules=verdict.rules,
            rows=tuple(str(table) for table in counted),
        )
    )
    return verdict.effect.changes or verdict.effect.reach is Reach.TRANSACTION


def _shapes(effect: Effect) -> bool:
    """SET, USE, BEGIN, COMMIT: harmless alone, part of the meaning of a file."""
    return effect.reach in (Reach.SESSION, Reach.TRANSACTION)
