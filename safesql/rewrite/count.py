"""How many rows a write would touch, asked before it runs: one plain SELECT for each table it writes to."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.effect import Effect, Name, Reach
from safesql.guard.verdict import Verdict
from safesql.rewrite.merging import arms
from safesql.rewrite.probe import Probe
from safesql.rewrite.selection import CLEARED, FILLED, Refusal, selection, total
from safesql.rewrite.statistics import estimate
from safesql.rewrite.written import query_of
from safesql.slotted import dataclass
from safesql.sql.statement import Statement

SECONDS = 5.0                 # a count that takes longer is given up
COUNTED = frozenset(("DELETE", "UPDATE", "MERGE")) | CLEARED | FILLED


@dataclass(frozen=True, slots=True)
class Count:
    """``matched`` counts the rows a write takes (or adds), ``total`` those of its table.

    Where ``matched`` is None, ``reason`` says why. Where ``exact`` is false, equal rows are counted once.
    ``guess`` asks the server's planner for the same number, for ``guessed``; None where it has no way to say.
    ``whole`` says that the statement takes all rows there are; ``added`` that it adds them to the table; ``verb`` is
    what the arm of a MERGE does.
    """

    target: Name | None
    matched: Probe | None
    total: Probe | None
    reason: str = ""
    exact: bool = True
    guess: Probe | None = None
    whole: bool = False
    added: bool = False
    verb: str = ""


def counts(effect: Verdict | Effect, statement: Statement, seconds: float = SECONDS) -> tuple[Count, ...]:
    """A count for each table that the statement writes to, outermost first; rows that are written out are not counted.

    A probe takes at most ``seconds``. Functions of the WHERE run in it as they do in the statement.
    """
    root = effect.effect if isinstance(effect, Verdict) else effect
    return tuple(found for each in _counted(root, statement) for found in _counts(each, root, statement, seconds))


def _counts(effect: Effect, root: Effect, statement: Statement, seconds: float) -> Iterator[Count]:
    """One table, or what each arm of a MERGE takes of it."""
    found = arms(effect, statement) if effect.verb == "MERGE" else None
    if not isinstance(found, tuple):
        yield _count(effect, root, statement, seconds, found)
        return
    all_rows = total(effect, statement)
    of = Probe(all_rows, f"count all rows of {effect.target}", seconds)
    for arm in found:
        matched = Probe(arm.taken.count, f"count the rows that the arm with {arm.verb} takes", seconds)
        guess = estimate(arm.taken, statement.dialect)
        yield Count(effect.target, matched, of, guess=guess, added=arm.verb == "INSERT", verb=arm.verb)


def _counted(root: Effect, statement: Statement) -> Iterator[Effect]:
    """The writes that are counted; what MERGE and an overwriting INSERT are made of is counted with them."""
    stack = [root]
    while stack:
        effect = stack.pop()
        counted = effect.verb in COUNTED and effect.reach is not Reach.READ
        if counted and (effect.verb not in FILLED or query_of(statement, effect)):
            yield effect
        if effect.verb in ("MERGE", *FILLED):
            stack.extend(part for part in reversed(effect.parts) if not _arm(part, effect))
        else:
            stack.extend(reversed(effect.parts))


def _arm(part: Effect, whole: Effect) -> bool:
    """Whether a part is an arm of a MERGE or what an INSERT overwrites, not a write in a WITH."""
    return part.target == whole.target and part.target_at is None


def _count(effect: Effect, root: Effect, statement: Statement, seconds: float, no: Refusal | None = None) -> Count:
    """One table; ``no`` is why it is known not to be counted."""
    all_rows = total(effect, statement)
    of = Probe(all_rows, f"count all rows of {effect.target}", seconds) if all_rows else None
    found = no or selection(effect, root, statement)
    if isinstance(found, Refusal):
        return Count(effect.target, None, of, found.reason)
    matched = Probe(found.count, f"count the rows that {effect.verb} takes", seconds)
    guess = estimate(found, statement.dialect)
    whole = effect.verb not in FILLED and not (effect.where or effect.tail or effect.source)
    return Count(effect.target, matched, of, "", found.exact, guess, whole, effect.verb in FILLED)
