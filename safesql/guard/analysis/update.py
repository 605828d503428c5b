"""UPDATE in all its forms: of one table, FROM others, of joined tables."""

from __future__ import annotations

from safesql.guard.analysis.clauses import WHERE, where_and_tail
from safesql.guard.analysis.extent import target_extent
from safesql.guard.analysis.names import alias_at, name_at
from safesql.guard.analysis.phrase import Phrase
from safesql.guard.analysis.portion import portion_extent
from safesql.guard.analysis.tables import Factor, after_name, factors
from safesql.guard.effect import Effect, Reach
from safesql.slotted import replace
from safesql.sql.dialect import Family
from safesql.sql.token import Kind

MODIFIERS = frozenset({"LOW_PRIORITY", "IGNORE"})
SET = frozenset({"SET"})


def update(phrase: Phrase) -> Effect:
    """The rows of each table that gets new values."""
    at = phrase.lo + 1
    if phrase.family is Family.SQLITE and phrase.word(at) == "OR":
        at += 2
    while phrase.family is Family.MYSQL and phrase.word(at) in MODIFIERS:
        at += 1
    _, end = name_at(phrase, at + (phrase.word(at) == "ONLY"))
    start = phrase.find(SET, max(end, at + 1))
    if phrase.word(start) != "SET":
        return phrase.opaque("an UPDATE that is not understood")
    listed = phrase.sub(at, start)
    where_at = phrase.find(WHERE, start + 1)
    if phrase.family is Family.MYSQL and _joined(listed):
        return _several(phrase, listed, phrase.sub(start + 1, where_at), where_at)
    return _single(phrase, listed, start, where_at)


def _single(phrase: Phrase, listed: Phrase, start: int, where_at: int) -> Effect:
    """UPDATE [ONLY] t [AS a] SET .. [FROM ..] [WHERE ..]."""
    at = listed.lo
    bracketed = phrase.word(at) == "ONLY" and phrase.kind(at + 1) is Kind.OPEN
    if phrase.word(at) == "ONLY":
        at += 2 if bracketed else 1
    name, end = name_at(phrase, at)
    if name is None:
        return phrase.opaque("an UPDATE whose table is not understood")
    alias, _ = alias_at(listed, after_name(listed, end + bracketed))
    from_at = _from(phrase, start + 1, where_at)
    source = phrase.sub(from_at + 1, where_at) if from_at < where_at else None
    where, tail = where_and_tail(phrase, where_at)
    target = Factor(name, alias, listed)
    others = factors(source) if source is not None else []
    return Effect(
        verb="UPDATE", reach=Reach.ROWS, at=phrase.span(), target=name, kind="table",
        extent=portion_extent(phrase, end, target_extent(target, others, where)),
        target_at=listed.span(), source=source.span() if source is not None else None,
        where=where.span() if where else None, tail=tail.span() if tail else None,
        columns=_assigned(phrase.sub(start + 1, from_at)),
    )


def _assigned(values: Phrase) -> tuple[str, ...]:
    """The columns that get values; none where one of them is not a plain name before an equals sign."""
    found = []
    for part in values.split():
        name, end = name_at(part, part.lo)
        if name is None or len(name.parts) > 1 or part.text(end) != "=":
            return ()
        found.append(name.parts[0])
    return tuple(found)


def _from(phrase: Phrase, at: int, end: int) -> int:
    """The FROM clause between SET and WHERE; IS DISTINCT FROM is an operator."""
    index = phrase.find(frozenset({"FROM"}), at)
    while index < end and phrase.word(index - 1) == "DISTINCT":
        index = phrase.find(frozenset({"FROM"}), index + 1)
    return min(index, end)


def _joined(listed: Phrase) -> bool:
    """Whether more than one table stands before SET."""
    if listed.kind(listed.lo) is Kind.OPEN:
        return True
    return any(
        listed.kind(index) is Kind.COMMA or listed.word(index) in ("JOIN", "STRAIGHT_JOIN") for index in listed.tops()
    )


def _several(phrase: Phrase, listed: Phrase, values: Phrase, where_at: int) -> Effect:
    """MySQL's multi-table form: an effect for each table that gets values."""
    tables = factors(listed)
    where, tail = where_and_tail(phrase, where_at)
    found = [
        Effect(
            verb="UPDATE", reach=Reach.ROWS, at=phrase.span(), target=table.name, kind="table",
            extent=target_extent(table, [other for other in tables if other is not table], where),
            target_at=table.place.span(), source=listed.span(),
            where=where.span() if where else None, tail=tail.span() if tail else None,
        )
        for table in _written(tables, values)
    ]
    if not found:
        return phrase.opaque("an UPDATE whose tables are not understood")
    return found[0] if len(found) == 1 else replace(found[0], parts=tuple(found[1:]))


def _written(tables: list[Factor], values: Phrase) -> list[Factor]:
    """The tables whose columns are assigned; a column without its table may be any real table's."""
    called: set[str] = set()
    for part in values.split():
        name, _ = name_at(part, part.lo)
        if name is None or len(name.parts) < 2:
            return [table for table in tables if table.name is not None] or tables
        called.add(name.parts[-2])
    own = [table for table in tables if table.called in called]
    return own if len(own) >= len(called) else tables
