"""The body of a routine, trigger or event that a CREATE shows: what a later call, change or hour will do."""

from __future__ import annotations

from safesql.guard.analysis.block import block
from safesql.guard.analysis.literal import literal
from safesql.guard.analysis.names import name_at
from safesql.guard.analysis.nested import located
from safesql.guard.analysis.phrase import Phrase
from safesql.guard.effect import Effect, Extent, Name, Reach
from safesql.slotted import replace
from safesql.sql.dialect import Family
from safesql.sql.token import Kind

STARTS = frozenset({
    "BEGIN", "DELETE", "UPDATE", "INSERT", "REPLACE", "TRUNCATE", "SELECT", "WITH", "CALL", "DROP", "ALTER", "CREATE",
    "RETURN", "IF", "CASE", "LOOP", "WHILE", "REPEAT", "FOR", "EXECUTE", "PREPARE", "MERGE",
})
EVENTS = frozenset({"INSERT", "UPDATE", "DELETE", "TRUNCATE"})


def body_of(phrase: Phrase, at: int) -> tuple[Effect, ...]:
    """What the body of a routine does, its definition standing after the index; empty where it cannot be read."""
    if phrase.family is Family.POSTGRES:
        return _quoted(phrase, at) or _own(phrase, phrase.find(frozenset({"BEGIN", "RETURN"}), at))
    return _own(phrase, phrase.find(STARTS, at))


def _quoted(phrase: Phrase, at: int) -> tuple[Effect, ...]:
    """PostgreSQL: LANGUAGE sql or plpgsql AS 'body'."""
    start = phrase.find(frozenset({"AS"}), at) + 1
    language = phrase.text(phrase.find(frozenset({"LANGUAGE"}), at) + 1).strip("'\"").lower()
    text = literal(phrase.sub(start, start + 1)) if phrase.kind(start) is Kind.STRING else None
    if text is None or language not in ("sql", "plpgsql"):
        return ()
    place = phrase.sub(start, start + 1)
    return (located(phrase.code.reader.body(text, phrase.dialect, phrase.depth + 1), place),)


def _own(phrase: Phrase, start: int) -> tuple[Effect, ...]:
    """A body that stands in the statement itself."""
    if start >= phrase.hi:
        return ()
    return (block(replace(phrase, lo=start, depth=phrase.depth + 1)),)


def scheduled(phrase: Phrase, at: int, name: Name | None) -> tuple[Effect, ...]:
    """What the server will do by itself when the hour of an event comes; nothing for one that is disabled.

    ``at`` is an index between its name and its body. https://dev.mysql.com/doc/refman/8.4/en/create-event.html
    """
    do = phrase.find(frozenset({"DO"}), at)
    if do == phrase.hi or "DISABLE" in phrase.code.words[at:do]:
        return ()
    body = tuple(map(_called_later, _own(phrase, do + 1)))
    return (Effect("RUNS", Reach.READ, phrase.span(), Name((f"event {name}",)), "behind", parts=body),) if body else ()


def _called_later(effect: Effect) -> Effect:
    """An effect whose calls are of routines that somebody wrote down before: only their bodies can tell more."""
    if effect.verb == "CALL" and effect.kind == "routine" and effect.reach is Reach.OPAQUE:
        effect = replace(effect, reach=Reach.READ, extent=Extent.ADDED, note="")
    return replace(effect, parts=tuple(map(_called_later, effect.parts))) if effect.parts else effect


def trigger_of(phrase: Phrase, at: int, *, rule: bool) -> tuple[Effect, ...]:
    """For each event of a trigger or rule, an effect of that verb on its table, with what it then does as its part."""
    on = phrase.find(frozenset({"ON"}), phrase.find(frozenset({"AS"}), at) + 1 if rule else at)
    events = [phrase.word(index) for index in range(at, on) if phrase.word(index) in EVENTS]
    if rule:                                                   # AS ON DELETE TO t
        events, on = [phrase.word(on + 1)], on + 2
    table, end = name_at(phrase, on + 1)
    done = _fired(phrase, end)
    return tuple(Effect(event, Reach.ROWS, phrase.span(), table, parts=done) for event in events if table and done)


def _fired(phrase: Phrase, at: int) -> tuple[Effect, ...]:
    """What a trigger does: its own body, or a function by name."""
    if phrase.family is not Family.POSTGRES:
        return _own(phrase, phrase.find(STARTS, at + 3 * phrase.has(at, "FOR", "EACH", "ROW")))
    do = phrase.find(frozenset({"DO", "EXECUTE"}), at)
    if phrase.word(do) == "EXECUTE":
        name, _ = name_at(phrase, do + 2)
        return (Effect("CALL", Reach.READ, phrase.span(), name, "routine"),)
    do += 1 + (phrase.word(do + 1) in ("ALSO", "INSTEAD"))
    if phrase.word(do) == "NOTHING":
        return ()
    inner = phrase.inside(do) if phrase.kind(do) is Kind.OPEN else phrase.sub(do, phrase.hi)
    return _own(inner, inner.lo)
