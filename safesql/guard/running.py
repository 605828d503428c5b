"""What runs besides a statement: the routines it calls and the triggers it fires, where their definition was read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from safesql.guard.analysis.names import NAMES, plain
from safesql.guard.analysis.nested import placed
from safesql.guard.analysis.phrase import spread
from safesql.guard.effect import Effect, Extent, Reach
from safesql.guard.memory import Memory, last
from safesql.sql.lexer import significant
from safesql.sql.statement import Statement
from safesql.sql.token import Span

ONLY_NAMES = frozenset({"CREATE", "ALTER", "DROP", "GRANT", "REVOKE", "COMMENT", "PREPARE", "EXPLAIN", "SET", "CALL"})
"""Statements in which a name before a bracket is not called, or is known as what CALL calls."""
DEPTH = 8         # routines that call routines; no more are followed


def running(effect: Effect, statement: Statement, memory: Memory) -> Effect:
    """The effect with the known bodies among its parts; the same object where none is known."""
    if not (memory.bodies or memory.fired) or effect.verb.split(" ")[0] in ONLY_NAMES - {"CALL"}:
        return effect
    called = () if effect.verb == "CALL" else tuple(_called(statement, memory))
    return _followed(spread(effect, *called), memory, DEPTH)


def _called(statement: Statement, memory: Memory) -> Iterator[Effect]:
    """The bodies of the routines that the text names before a bracket."""
    for token, following in pairwise(significant(statement.text, statement.dialect)):
        if following.text == "(" and token.kind in NAMES:
            for body in memory.bodies.get(plain(token, statement.dialect.family).lower(), ()):
                yield placed(body, Span(token.start, token.end))


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
    verb = "INSERT" if effect.verb == "REPLACE" else effect.verb
    return memory.fired.get((verb, last(effect)), ())
