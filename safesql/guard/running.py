"""What runs besides a statement: the routines it calls and the triggers it fires, where their definition was read."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.analysis.nested import placed
from safesql.guard.analysis.phrase import spread
from safesql.guard.calls import calls_of
from safesql.guard.effect import Effect, Extent, Reach
from safesql.guard.memory import Memory, last, last_part
from safesql.slotted import replace
from safesql.sql.statement import Statement

DEFINING = frozenset({"CREATE", "ALTER", "DROP", "GRANT", "REVOKE", "COMMENT", "EXPLAIN", "SET"})
"""Statements that fire no trigger."""
DEPTH = 8         # routines that call routines; no more are followed


def running(effect: Effect, statement: Statement, memory: Memory) -> Effect:
    """The effect with the known bodies among its parts; the same object where none is known."""
    if not (memory.bodies or memory.fired):
        return effect
    called = tuple(_called(effect, statement, memory)) if memory.bodies and effect.verb != "CALL" else ()
    if effect.verb == "PREPARE":
        return replace(effect, later=tuple(spread(later, *called) for later in effect.later))
    if effect.verb.split(" ")[0] in DEFINING and not called:
        return effect
    return _followed(spread(effect, *called), memory, DEPTH)


def _called(effect: Effect, statement: Statement, memory: Memory) -> Iterator[Effect]:
    """The known bodies of the routines that a statement calls."""
    for name in calls_of(statement, effect):
        for body in memory.bodies.get(last_part(name), ()):
            yield placed(body, effect.at)


def _followed(effect: Effect, memory: Memory, depth: int) -> Effect:
    """The effect and its parts with what each of them calls or fires."""
    parts = [_followed(part, memory, depth) for part in effect.parts]
    more = _started(effect, memory) if depth else ()
    parts.extend(_followed(placed(body, effect.at), memory, depth - 1) for body in more)
    if effect.verb == "CALL" and effect.reach is Reach.OPAQUE and more:
        effect = replace(effect, reach=Reach.READ, extent=Extent.ADDED, note="")
    return replace(effect, parts=tuple(parts)) if parts else effect


def _started(effect: Effect, memory: Memory) -> tuple[Effect, ...]:
    """The bodies that one effect runs."""
    if effect.verb == "CALL" and effect.kind == "routine":
        return memory.bodies.get(last(effect), ())
    if effect.reach is not Reach.ROWS or effect.extent is Extent.NONE:
        return ()
    verb = "INSERT" if effect.verb in ("REPLACE", "MERGE", "COPY FROM") else effect.verb
    return memory.fired.get((verb, last(effect)), ())
