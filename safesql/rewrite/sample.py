"""The first rows that a write would touch, to look at before it runs."""

from __future__ import annotations

from safesql.guard.effect import Effect
from safesql.rewrite.count import SECONDS
from safesql.rewrite.probe import Probe
from safesql.rewrite.selection import CLEARED, Refusal, selection
from safesql.sql.statement import Statement


def sample(effect: Effect, statement: Statement, limit: int, root: Effect | None = None) -> Probe | None:
    """A query for at most ``limit`` rows that one DELETE, UPDATE, TRUNCATE or DROP TABLE takes, or None.

    ``root`` is the effect of the whole statement, where that is not ``effect`` itself.
    """
    if effect.verb not in CLEARED | {"DELETE", "UPDATE"}:
        return None
    found = selection(effect, root or effect, statement)
    if isinstance(found, Refusal):
        return None
    return Probe(found.first(limit), f"the first rows that {effect.verb} takes", SECONDS)
