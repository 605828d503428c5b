"""What a definition locks, whether it rewrites its table, and what to write instead, as the lines of a plan."""

from __future__ import annotations

from safesql.guard.effect import Reach
from safesql.guard.locks import Lock, locks_of
from safesql.guard.verdict import Verdict


def locked(verdict: Verdict) -> tuple[str, ...]:
    """A sentence for each lock that keeps others waiting; of writes to rows only those that are more than usual."""
    found = locks_of(verdict.statement, verdict.effect)
    defines = any(part.reach is Reach.SCHEMA for part in verdict.effect.walk())
    return tuple(dict.fromkeys(_line(lock) for lock in found if lock.hurts or (defines and lock.blocks)))


def _line(lock: Lock) -> str:
    """The lock, and the way around it."""
    return f"{lock.sentence()}; instead: {lock.instead}" if lock.instead else lock.sentence()
