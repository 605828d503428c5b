"""What a statement means after those before it: EXECUTE of a name, text in a variable, a temporary table's name."""

from __future__ import annotations

from dataclasses import replace

from safesql.guard.analysis import of_text
from safesql.guard.effect import Effect, Extent, Name, Reach
from safesql.guard.memory import Memory
from safesql.sql.dialect import Dialect

LOST = frozenset({"DELETE", "UPDATE", "TRUNCATE", "DROP TABLE", "DROP COLUMN", "ALTER COLUMN TYPE", "RENAME", "MERGE"})

TEMPORARY = frozenset({"temp", "pg_temp"})


def recalled(effect: Effect, memory: Memory, dialect: Dialect) -> Effect:
    """The effect, with what the memory knows filled in; the same object where it knows nothing."""
    if memory.empty:
        return effect
    found = _known(effect, memory, dialect)
    parts = tuple(recalled(part, memory, dialect) for part in found.parts)
    later = tuple(recalled(part, memory, dialect) for part in found.later)
    if all(one is other for one, other in zip((*parts, *later), (*found.parts, *found.later), strict=True)):
        return found
    return replace(found, parts=parts, later=later)


def _known(effect: Effect, memory: Memory, dialect: Dialect) -> Effect:
    """One effect."""
    if effect.reach is Reach.OPAQUE and effect.kind == "dynamic":
        text = memory.text_of(effect.later)
        return effect if text is None else _placed(effect, of_text(text, dialect))
    if effect.target is None:
        return effect
    name = str(effect.target).lower()
    if effect.reach is Reach.OPAQUE and effect.kind == "prepared" and name in memory.prepared:
        return _placed(effect, memory.prepared[name])
    if effect.verb.startswith("DROP ") and (effect.verb, effect.target) in memory.made:
        return replace(effect, kind="made here")
    table = Name(effect.target.parts[:-1]) if effect.kind == "column" else effect.target
    if effect.verb in LOST and (_is_temporary(table, memory) or table in memory.fresh):
        return replace(effect, kind="temporary table", extent=Extent.NONE)
    return effect


def _is_temporary(table: Name, memory: Memory) -> bool:
    """Whether the name stands for a temporary table, which hides others, or has the schema that none but those have."""
    if len(table.parts) == 2 and table.parts[0].lower() in TEMPORARY:
        return any(each.parts[-1] == table.parts[-1] for each in memory.temporary)
    return memory.hides and table in memory.temporary


def _placed(place: Effect, effect: Effect) -> Effect:
    """An effect that another statement's text shows, standing where this one calls it."""
    at = place.at
    parts = tuple(_placed(place, part) for part in effect.parts)
    return replace(
        effect, at=at, parts=(*parts, *(place.parts if effect.reach is not Reach.OPAQUE else ())),
        target_at=None, source=None, where=None, tail=None, with_=None,
        behind=tuple(_placed(place, body) for body in effect.behind),
    )
