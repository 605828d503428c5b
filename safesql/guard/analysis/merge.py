"""MERGE: each of its arms writes for itself."""

from __future__ import annotations

from safesql.guard.analysis.extent import target_extent, together
from safesql.guard.analysis.names import alias_at, name_at
from safesql.guard.analysis.phrase import Phrase, spread
from safesql.guard.analysis.tables import Factor, after_name, factors
from safesql.guard.effect import Effect, Extent, Reach
from safesql.slotted import replace

ON = frozenset({"ON"})
WHEN = frozenset({"WHEN"})
RETURNING = frozenset({"RETURNING"})


def merge(phrase: Phrase) -> Effect:
    """MERGE INTO t USING s ON .. WHEN .. THEN ..: an effect for each arm that updates or deletes."""
    at = phrase.lo + 1
    at += phrase.word(at) == "INTO"
    at += phrase.word(at) == "ONLY"
    name, end = name_at(phrase, at)
    using = phrase.find(frozenset({"USING"}), end)
    # the ON of the merge is the last before the first WHEN: the source may be a join with an ON of its own
    first = _first_when(phrase, using)
    on = _last_on(phrase, using, first)
    if name is None or on is None or first == phrase.hi:
        return phrase.opaque("a MERGE that is not understood")
    target = Factor(
        name, alias_at(phrase, after_name(phrase, end))[0], phrase.sub(at, using), [phrase.sub(on + 1, first)]
    )
    others = factors(phrase.sub(using + 1, on))
    arms = _judged([phrase.sub(lo, hi) for lo, hi in _arms(phrase, first)], target, others)
    whole = replace(phrase.effect("MERGE", Reach.ROWS, name, "table"), target_at=target.place.span())
    return spread(whole, *(arm for arm in arms if arm is not None))


def _first_when(phrase: Phrase, at: int) -> int:
    """The first WHEN of an arm; those of a CASE in the condition are followed by no MATCHED."""
    index = phrase.find(WHEN, at)
    while index < phrase.hi and phrase.word(index + 1) != "MATCHED" and not phrase.has(index + 1, "NOT", "MATCHED"):
        index = phrase.find(WHEN, index + 1)
    return index


def _last_on(phrase: Phrase, at: int, end: int) -> int | None:
    """The ON that belongs to the MERGE."""
    found = None
    index = phrase.find(ON, at)
    while index < end:
        found, index = index, phrase.find(ON, index + 1)
    return found


def _arms(phrase: Phrase, first: int) -> list[tuple[int, int]]:
    """The ranges of the arms."""
    starts = [first]
    while (index := _first_when(phrase, starts[-1] + 1)) < phrase.hi:
        starts.append(index)
    end = phrase.find(RETURNING, starts[-1])
    return list(zip(starts, [*starts[1:], end], strict=True))


def _judged(arms: list[Phrase], target: Factor, others: list[Factor]) -> list[Effect | None]:
    """The arms in order: rows that an arm before leaves alone by DO NOTHING are no later arm's."""
    found: list[Effect | None] = []
    spared = {False: Extent.ALL, True: Extent.ALL}             # by whether the arm is for rows that were matched
    for arm in arms:
        effect = _arm(arm, target, others)
        matched = arm.word(arm.lo + 1) == "MATCHED"
        if effect is not None and spared[matched] is not Extent.ALL:
            effect = replace(effect, extent=together((effect.extent, spared[matched])))
        if effect is None and arm.word(_then(arm) + 1) == "DO":
            spared[matched] = together((spared[matched], _left(arm, target, others)))
        found.append(effect)
    return found


def _left(arm: Phrase, target: Factor, others: list[Factor]) -> Extent:
    """Of how many rows a later arm still takes its own after DO NOTHING."""
    then, condition_at = _then(arm), arm.find(frozenset({"AND"}))
    if condition_at >= then:
        return Extent.NONE
    plain = Factor(target.name, target.alias, target.place)
    extent = target_extent(plain, others, arm.sub(condition_at + 1, then))
    return {Extent.ALL: Extent.NONE, Extent.SOME: Extent.SOME}.get(extent, Extent.ALL)


def _arm(arm: Phrase, target: Factor, others: list[Factor]) -> Effect | None:
    """WHEN [NOT] MATCHED [BY SOURCE] [AND ..] THEN action; None where nothing is lost."""
    then = _then(arm)
    verb = arm.word(then + 1)
    if verb in ("INSERT", "DO") or then == arm.hi:
        return None if verb else arm.opaque("an arm of a MERGE that is not understood")
    condition_at = arm.find(frozenset({"AND"}))
    extra = arm.sub(condition_at + 1, then) if condition_at < then else None
    restricted = _unmatched(target) if arm.word(arm.lo + 1) == "NOT" else target
    extent = target_extent(restricted, others, extra)
    return Effect(
        verb if verb in ("DELETE", "UPDATE") else "OPAQUE",
        Reach.ROWS if verb in ("DELETE", "UPDATE") else Reach.OPAQUE,
        arm.span(), target.name, "table", extent,
    )


def _then(arm: Phrase) -> int:
    """The THEN of the arm; those of a CASE in its condition come before it."""
    index = arm.find(frozenset({"THEN"}))
    while index < arm.hi and arm.word(index + 1) not in ("INSERT", "UPDATE", "DELETE", "DO"):
        index = arm.find(frozenset({"THEN"}), index + 1)
    return index


def _unmatched(target: Factor) -> Factor:
    """The target of a NOT MATCHED BY SOURCE arm: the ON does not choose its rows."""
    return Factor(target.name, target.alias, target.place)
