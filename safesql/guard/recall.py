"""What a statement means after those before it: EXECUTE of a name, text in a variable, a temporary table's name."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.analysis import of_text
from safesql.guard.analysis.block import STRAIGHT
from safesql.guard.effect import Effect, Extent, Name, Reach
from safesql.guard.memory import CONTAINERS, OWN_COLUMNS, OWN_PARTITIONS, Memory, all_in
from safesql.slotted import replace
from safesql.sql.dialect import Dialect, Family

LOST = frozenset({
    "DELETE", "UPDATE", "MERGE", "TRUNCATE", "DROP TABLE", "DROP COLUMN", "ALTER COLUMN TYPE", "RENAME",
    "RENAME COLUMN",
}) | OWN_PARTITIONS
RUN = frozenset({"BLOCK", "DO"})
ADDED_HERE = "added here"

TEMPORARY = frozenset({"temp", "pg_temp"})


def recalled(effect: Effect, memory: Memory, dialect: Dialect) -> Effect:
    """The effect, with what the memory knows filled in; the same object where it knows nothing."""
    if memory.empty and effect.verb not in RUN:
        return effect
    found = _known(effect, memory, dialect)
    parts = tuple(_in_order(found, memory, dialect))
    later = tuple(recalled(part, memory, dialect) for part in found.later)
    if all(one is other for one, other in zip((*parts, *later), (*found.parts, *found.later), strict=True)):
        return found
    return replace(found, parts=parts, later=later)


def _in_order(effect: Effect, memory: Memory, dialect: Dialect) -> Iterator[Effect]:
    """Its parts; in a block without branches and loops, each knows what those before it left behind."""
    for part in effect.parts:
        found = recalled(part, memory, dialect)
        if effect.kind == STRAIGHT:
            memory = memory.after(found)
        yield found


def _known(effect: Effect, memory: Memory, dialect: Dialect) -> Effect:
    """One effect."""
    if effect.reach is Reach.OPAQUE and effect.kind == "dynamic":
        texts = [_placed(effect, of_text(text, dialect)) for text in memory.texts_of(effect.later)]
        run = Effect("EXECUTE", Reach.SESSION, effect.at, parts=tuple(texts))
        return run if len(texts) > 1 else next(iter(texts), effect)
    if effect.target is None:
        return effect
    name = str(effect.target).lower()
    if effect.reach is Reach.OPAQUE and effect.kind == "prepared" and name in memory.prepared:
        return _placed(effect, memory.prepared[name])
    if effect.verb in CONTAINERS and all_in(effect.target) in memory.fresh:
        return replace(effect, kind="made here", extent=Extent.NONE, note="")
    made = effect.verb.startswith("DROP ") and (effect.verb, effect.target) in memory.made
    if made and not _may_hold(effect, dialect):
        return replace(effect, kind="made here", extent=effect.extent if effect.note else Extent.NONE)
    table = Name(effect.target.parts[:-1]) if effect.kind == "column" and effect.verb in OWN_COLUMNS else effect.target
    if effect.verb in OWN_COLUMNS and effect.target in memory.added:
        return replace(effect, kind=ADDED_HERE, extent=Extent.NONE)
    if effect.verb == "UPDATE" and memory.added and _fills(effect, effect.target, memory):
        return replace(effect, kind=ADDED_HERE)
    if effect.verb in LOST and (_is_temporary(table, memory) or table in memory.fresh):
        return replace(effect, kind="temporary table", extent=Extent.NONE)
    return effect


def _may_hold(effect: Effect, dialect: Dialect) -> bool:
    """Whether the server drops it whatever was put into it since: PostgreSQL refuses without CASCADE."""
    return effect.verb in CONTAINERS and dialect.family is Family.MYSQL


def _fills(effect: Effect, table: Name, memory: Memory) -> bool:
    """Whether an UPDATE gives values to nothing but columns that were added before."""
    names = [Name((*table.parts, column)) for column in effect.columns]
    return bool(names) and memory.added.issuperset(names)


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
