"""What runs behind the names of a statement, as the catalog told it: added to its effect, and what is still to ask."""

from __future__ import annotations

import re
from collections.abc import Iterator

from safesql.guard.analysis.nested import placed
from safesql.guard.behind import Asked, Behind, Body, Found, Reference, Sort
from safesql.guard.calls import calls_of
from safesql.guard.effect import Effect, Extent, Name, Reach
from safesql.guard.memory import Memory, last
from safesql.slotted import dataclass, field, replace
from safesql.sql.dialect import Family
from safesql.sql.statement import Statement
from safesql.sql.token import Span

DEPTH = 8              # bodies that start bodies; no more are followed
BODIES = 200           # of one statement; no more are followed
EVENTS: dict[str, frozenset[str]] = {
    "INSERT": frozenset({"INSERT"}),
    "REPLACE": frozenset({"INSERT", "DELETE"}),
    "COPY FROM": frozenset({"INSERT"}),
    "LOAD DATA": frozenset({"INSERT"}),
    "LOAD XML": frozenset({"INSERT"}),
    "MERGE": frozenset({"INSERT"}),
    "UPDATE": frozenset({"UPDATE"}),
    "ON DUPLICATE KEY UPDATE": frozenset({"UPDATE"}),
    "ON CONFLICT DO UPDATE": frozenset({"UPDATE"}),
    "DELETE": frozenset({"DELETE"}),
    "TRUNCATE": frozenset({"TRUNCATE"}),
}
"""The events that a write fires; the arms of a MERGE and what an INSERT overwrites are effects of their own."""
ADDS = frozenset(verb for verb, events in EVENTS.items() if events <= {"INSERT"})
NOTHING = Found()
NAMED = frozenset({"DELETE", "UPDATE", "TRUNCATE"})
"""Writes whose sentence names the tables that foreign keys reach."""


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where names are looked up, and how many bodies may still be entered."""

    path: tuple[str, ...] = ()
    left: int = DEPTH

    def within(self, path: tuple[str, ...]) -> _Spot:
        """Inside a body."""
        return _Spot(path, self.left - 1)


@dataclass(slots=True)
class _Way:
    """Collects while a statement is followed: each body is read once, so cycles end and the work is linear."""

    statement: Statement
    memory: Memory
    known: Behind
    seen: set[object] = field(default_factory=set)
    missing: dict[Asked, None] = field(default_factory=dict)

    def ask(self, sort: Sort, name: Name, path: tuple[str, ...]) -> Found | None:
        """What is known of a name; what is not is noted down."""
        asked = Asked(sort, name, path)
        found = self.known.get(asked)
        if found is None:
            self.missing[asked] = None
        return found

    def first(self, body: object) -> bool:
        """Whether a body is met for the first time, and may be followed."""
        if body in self.seen or len(self.seen) >= BODIES:
            return False
        self.seen.add(body)
        return True


def following(effect: Effect, statement: Statement, memory: Memory, known: Behind) -> Effect:
    """The effect with what is known to stand behind its names; the same object where that is nothing."""
    if _nothing(effect, statement, known):
        return effect
    return _whole(effect, _Way(statement, memory, known))


def missing(effect: Effect, statement: Statement, memory: Memory, known: Behind) -> tuple[Asked, ...]:
    """The names that a statement starts something by, as far as they can be told, and that were not asked yet."""
    if _nothing(effect, statement, known):
        return ()
    way = _Way(statement, memory, known)
    _whole(effect, way)
    return tuple(way.missing)


def _nothing(effect: Effect, statement: Statement, known: Behind) -> bool:
    """Whether a statement of one effect is known to start nothing: most of a long run are, and it is quick to tell."""
    if effect.parts or effect.later or effect.behind or effect.verb == "CALL":
        return False
    if effect.reach is Reach.ROWS and effect.target is not None and effect.verb in EVENTS:
        table = known.get(Asked(Sort.TABLE, effect.target))
        if table is None or table.written or any(each.events & EVENTS[effect.verb] for each in table.fired):
            return False
        keys = NOTHING if effect.verb in ADDS else known.get(Asked(Sort.REFERENCES, effect.target))
        if keys is None or keys.references:
            return False
    routines = (known.get(Asked(Sort.ROUTINE, name)) for name in calls_of(statement, effect))
    return all(found is not None and not found.bodies for found in routines)


def _whole(effect: Effect, way: _Way) -> Effect:
    """The statement itself; of a PREPARE, what it prepares."""
    if effect.verb == "PREPARE" and effect.later:
        later = _followed(effect.later[0], way, _Spot())
        return replace(effect, later=(_spread(later, _called(effect, way)), *effect.later[1:]))
    return _spread(_followed(effect, way, _Spot()), _called(effect, way))


def _called(effect: Effect, way: _Way) -> tuple[Effect, ...]:
    """The bodies of the routines that the statement's text calls."""
    return tuple(
        body
        for name in calls_of(way.statement, effect)
        if not (effect.verb == "CALL" and name == effect.target)
        for body in _bodies(name, effect.at, way, _Spot())
    )


def _followed(effect: Effect, way: _Way, spot: _Spot) -> Effect:
    """One effect and its parts, each with what it starts; a CALL is no longer opaque once its bodies are known."""
    parts = tuple(_followed(part, way, spot) for part in effect.parts)
    if any(part is not before for part, before in zip(parts, effect.parts, strict=True)):
        effect = replace(effect, parts=parts)
    if effect.behind:
        effect = replace(effect, behind=tuple(_followed(body, way, spot) for body in effect.behind))
    if effect.target is None:
        return effect
    if effect.verb == "CALL" and effect.kind == "routine":
        return _call(effect, effect.target, way, spot)
    if effect.reach is Reach.ROWS and effect.extent is not Extent.NONE and effect.verb in EVENTS:
        return _write(effect, effect.target, way, spot)
    return effect


def _call(effect: Effect, name: Name, way: _Way, spot: _Spot) -> Effect:
    """A CALL, or a function that a trigger names."""
    mysql = way.statement.dialect.family is Family.MYSQL
    if mysql and last(effect) in way.memory.bodies:
        return effect                              # defined by a statement before, which has not run yet
    name = Name(tuple(part.lower() for part in name.parts)) if mysql else name
    bodies = tuple(_bodies(name, effect.at, way, spot))
    found = way.known.get(Asked(Sort.ROUTINE, name, spot.path))
    if effect.reach is Reach.OPAQUE and found is not None and found.bodies:
        effect = replace(effect, reach=Reach.READ, extent=Extent.ADDED, note="")
    return _spread(effect, bodies)


def _bodies(name: Name, at: Span, way: _Way, spot: _Spot) -> Iterator[Effect]:
    """The bodies of all routines that a name may mean: which of them the server picks depends on types."""
    found = way.ask(Sort.ROUTINE, name, spot.path)
    for body in found.bodies if found is not None else ():
        yield from _body(body, at, way, spot)


def _body(body: Body, at: Span, way: _Way, spot: _Spot) -> Iterator[Effect]:
    """One body with all that it starts itself; nothing where it was met before."""
    if not spot.left or not way.first(id(body)):
        return
    inside = spot.within(body.path)
    calls = (each for name in body.calls for each in _bodies(name, at, way, inside))
    does = _followed(placed(body.effect, at), way, inside)
    yield _spread(replace(_behind(body.label, at, (does,)), path=body.path), tuple(calls))


def _write(effect: Effect, name: Name, way: _Way, spot: _Spot) -> Effect:
    """A write with the triggers and rules it fires, the tables behind a view, and what foreign keys do."""
    found = way.ask(Sort.TABLE, name, spot.path)
    parts: list[Effect] = []
    events = EVENTS[effect.verb]
    if found is not None:
        fired = [each for each in found.fired if each.events & events]
        parts = [part for each in fired for part in _body(each.body, effect.at, way, spot)]
        if not fired:
            parts.extend(_through(effect, name, table, way, spot) for table in found.written)
    if effect.verb not in ADDS:
        parts.extend(_keys(effect, name, way, spot))
    if spot.left == DEPTH and effect.verb in NAMED and parts:
        effect = replace(effect, note="; ".join(filter(None, (effect.note, *_reached(parts)))))
    return _spread(effect, tuple(parts))


def _through(effect: Effect, view: Name, table: Name, way: _Way, spot: _Spot) -> Effect:
    """The same write to a table behind a view, which shows some of its rows."""
    extent = Extent.ADDED if effect.extent is Extent.ADDED else Extent.SOME
    write = Effect(effect.verb, Reach.ROWS, effect.at, table, "table", extent)
    if spot.left and way.first((effect.verb, table, spot.path)):
        write = _followed(write, way, spot.within(spot.path))
    return _behind(f"view {view}", effect.at, (write,))


def _keys(effect: Effect, name: Name, way: _Way, spot: _Spot) -> Iterator[Effect]:
    """What foreign keys do to the tables that refer to this one."""
    found = way.ask(Sort.REFERENCES, name, spot.path)
    for reference in found.references if found is not None else ():
        verb, word = _reaction(effect, reference, way.statement)
        if verb and spot.left and way.first((verb, reference.child)):
            yield _behind(f"{word} from {name}", effect.at, (_at_child(effect, verb, reference, way, spot),))


def _at_child(effect: Effect, verb: str, reference: Reference, way: _Way, spot: _Spot) -> Effect:
    """The rows of a table that refers: MySQL fires no triggers for them."""
    extent = Extent.ALL if verb == "TRUNCATE" else Extent.SOME
    note = effect.note if verb == "TRUNCATE" else ""
    child = Effect(verb, Reach.ROWS, effect.at, reference.child, "table", extent, note)
    if way.statement.dialect.family is Family.MYSQL:
        return _spread(child, tuple(_keys(child, reference.child, way, spot.within(()))))
    return _write(child, reference.child, way, spot.within(()))


def _reaction(effect: Effect, reference: Reference, statement: Statement) -> tuple[str, str]:
    """What happens to the rows that refer, as a verb and in the words of the key; empty for nothing."""
    events = EVENTS[effect.verb]
    if "TRUNCATE" in events:
        return ("TRUNCATE", "CASCADE") if "CASCADE" in effect.note else ("", "")
    if "DELETE" in events and reference.on_delete:
        return "DELETE" if reference.on_delete == "CASCADE" else "UPDATE", f"ON DELETE {reference.on_delete}"
    if "UPDATE" in events and reference.on_update and _assigns(effect, reference.columns, statement):
        return "UPDATE", f"ON UPDATE {reference.on_update}"
    return "", ""


def _assigns(effect: Effect, columns: tuple[str, ...], statement: Statement) -> bool:
    """Whether an UPDATE gives one of these columns a value, as far as its words tell."""
    if effect.target_at is None:
        return False
    end = effect.where.start if effect.where is not None else len(statement.text)
    values = statement.text[effect.target_at.end : end]
    return any(re.search(rf"{re.escape(column)}[\"`\]]?\s*=", values, re.IGNORECASE) for column in columns)


def _reached(parts: list[Effect]) -> Iterator[str]:
    """A few words for each table that foreign keys reach."""
    for each in (effect for part in parts for effect in part.everything() if effect.verb == "RUNS"):
        word, _, _ = str(each.target).partition(" from ")
        if word.startswith(("ON ", "CASCADE")):
            child = each.parts[0]
            yield f"{word} {'changes' if child.verb == 'UPDATE' else 'takes'} rows of {child.target} too"


def _behind(label: str, at: Span, parts: tuple[Effect, ...]) -> Effect:
    """What stands behind a name, under the words people know it by."""
    return Effect("RUNS", Reach.READ, at, Name((label,)), "behind", parts=parts)


def _spread(effect: Effect, bodies: tuple[Effect, ...]) -> Effect:
    """The effect with more behind it."""
    return replace(effect, behind=(*effect.behind, *bodies)) if bodies else effect
