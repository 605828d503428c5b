"""The first rows that a write would touch, to look at before it runs; of an UPDATE also what they would be after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from safesql.guard.effect import Effect, Name
from safesql.rewrite.assigned import Assignment, assigned
from safesql.rewrite.count import SECONDS
from safesql.rewrite.merging import arms
from safesql.rewrite.probe import Probe
from safesql.rewrite.selection import CLEARED, Refusal, Selection, selection
from safesql.rewrite.storing import as_stored
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_name
from safesql.sql.statement import Statement

Types = Mapping[Name, Mapping[str, str]]
"""The types of columns, by table as the statement names it; column names in lower case but for PostgreSQL."""
NO_TYPES: Types = {}


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


def samples(
    root: Effect, statement: Statement, limit: int, types: Types = NO_TYPES
) -> Iterator[tuple[str, tuple[Probe, ...]]]:
    """For each part of a statement what it does, and queries for its rows, of which the first that works will do.

    The rows of an UPDATE have a column more for each value that is assigned: ``price after``, as the column would have
    it where its type is among ``types``.
    """
    inside = {id(arm) for merge in root.of("MERGE") for arm in merge.parts if arm.target_at is None}
    for effect in root.walk():
        if effect.verb == "MERGE":
            found = arms(effect, statement)
            for arm in () if isinstance(found, Refusal) else found:
                values = arm.assigned if arm.verb == "UPDATE" else ()
                after = _after(arm.taken, values, _of(effect, types), statement.dialect)
                yield f"{arm.verb} of {effect.target}", _queries(arm.taken, after, limit)
        elif id(effect) not in inside:
            probe = sample(effect, statement, limit, root)
            taken = selection(effect, root, statement) if probe is not None else None
            values = assigned(effect, statement) if effect.verb == "UPDATE" else ()
            if probe is not None and isinstance(taken, Selection):
                queries = _queries(taken, _after(taken, values, _of(effect, types), statement.dialect), limit)
                yield f"{effect.verb} of {effect.target}", (*queries[:-1], probe)


def _of(effect: Effect, types: Types) -> Mapping[str, str]:
    """The types of the columns of what is written to."""
    return types.get(effect.target, {}) if effect.target is not None else {}


def _after(
    taken: Selection, values: tuple[Assignment, ...] | None, types: Mapping[str, str], dialect: Dialect
) -> list[str]:
    """The columns with the values that are assigned."""
    own = taken.called.rpartition(".")[2].strip('"`[]').lower()
    return [
        f"{_stored(each, types, dialect)} AS {quote_name(f'{each.column} after', dialect)}"
        for each in values or ()
        if each.value is not None and (not each.table or each.table.lower() == own)
    ]


def _stored(each: Assignment, types: Mapping[str, str], dialect: Dialect) -> str:
    """A value as its column would have it."""
    kind = types.get(each.column if dialect.family is Family.POSTGRES else each.column.lower())
    return f"({each.value})" if kind is None else as_stored(str(each.value), kind, dialect)


def _queries(taken: Selection, after: list[str], limit: int) -> tuple[Probe, ...]:
    """The rows before and after, and the rows as they are."""
    plain = Probe(taken.first(limit), "the first rows", SECONDS)
    if not after:
        return (plain,)
    return Probe(taken.beside(limit, after), "the first rows, and what they would be", SECONDS), plain
