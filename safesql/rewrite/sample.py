"""The first rows that a write would touch, to look at before it runs; of an UPDATE also what they would be after it."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.effect import Effect
from safesql.rewrite.assigned import Assignment, assigned
from safesql.rewrite.count import SECONDS
from safesql.rewrite.merging import arms
from safesql.rewrite.probe import Probe
from safesql.rewrite.selection import CLEARED, Refusal, Selection, selection
from safesql.sql.dialect import Dialect
from safesql.sql.quoting import quote_name
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


def samples(root: Effect, statement: Statement, limit: int) -> Iterator[tuple[str, tuple[Probe, ...]]]:
    """For each part of a statement what it does, and queries for its rows, of which the first that works will do.

    The rows of an UPDATE have a column more for each value that is assigned: ``price after``.
    """
    inside = {id(arm) for merge in root.of("MERGE") for arm in merge.parts if arm.target_at is None}
    for effect in root.walk():
        if effect.verb == "MERGE":
            found = arms(effect, statement)
            for arm in () if isinstance(found, Refusal) else found:
                values = arm.assigned if arm.verb == "UPDATE" else ()
                yield f"{arm.verb} of {effect.target}", _queries(arm.taken, values, limit, statement.dialect)
        elif id(effect) not in inside:
            probe = sample(effect, statement, limit, root)
            taken = selection(effect, root, statement) if probe is not None else None
            values = assigned(effect, statement) if effect.verb == "UPDATE" else ()
            if probe is not None and isinstance(taken, Selection):
                queries = _queries(taken, values, limit, statement.dialect)
                yield f"{effect.verb} of {effect.target}", (*queries[:-1], probe)


def _queries(
    taken: Selection, values: tuple[Assignment, ...] | None, limit: int, dialect: Dialect
) -> tuple[Probe, ...]:
    """The rows before and after, and the rows as they are."""
    plain = Probe(taken.first(limit), "the first rows", SECONDS)
    own = taken.called.rpartition(".")[2].strip('"`[]').lower()
    after = [
        f"({each.value}) AS {quote_name(f'{each.column} after', dialect)}"
        for each in values or ()
        if each.value is not None and (not each.table or each.table.lower() == own)
    ]
    if not after:
        return (plain,)
    return Probe(taken.beside(limit, after), "the first rows, and what they would be", SECONDS), plain
