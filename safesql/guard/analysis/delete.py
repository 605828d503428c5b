"""DELETE in all its forms, and MariaDB's DELETE HISTORY."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.analysis.clauses import WHERE, where_and_tail
from safesql.guard.analysis.extent import target_extent
from safesql.guard.analysis.names import alias_at, name_at
from safesql.guard.analysis.phrase import Phrase
from safesql.guard.analysis.portion import portion_extent
from safesql.guard.analysis.tables import Factor, after_name, factors
from safesql.guard.effect import Effect, Extent, Reach
from safesql.slotted import replace
from safesql.sql.dialect import Family
from safesql.sql.token import Kind

MODIFIERS = frozenset({"LOW_PRIORITY", "QUICK", "IGNORE"})
LIST_ENDS = frozenset({"USING"}) | WHERE


def delete(phrase: Phrase) -> Effect:
    """The rows of one table, or of each table that a multi-table form names."""
    at = phrase.lo + 1
    while phrase.word(at) in MODIFIERS and phrase.family is Family.MYSQL:
        at += 1
    if phrase.has(at, "HISTORY", "FROM"):
        return _history(phrase, at + 2)
    if phrase.word(at) != "FROM":
        return _listed(phrase, at)
    using = phrase.find(LIST_ENDS, at + 1)
    if phrase.word(using) == "USING":
        if phrase.family is Family.MYSQL:
            return _several(phrase, phrase.sub(at + 1, using), using + 1)
        return _single(phrase, at + 1, using)
    return _single(phrase, at + 1, None)


def _single(phrase: Phrase, at: int, using: int | None) -> Effect:
    """DELETE FROM t [AS a] [USING ..] [WHERE ..]."""
    begin = at
    bracketed = phrase.word(at) == "ONLY" and phrase.kind(at + 1) is Kind.OPEN
    if phrase.word(at) == "ONLY":
        at += 2 if bracketed else 1
    name, end = name_at(phrase, at)
    if name is None:
        return phrase.opaque("a DELETE whose table is not understood")
    alias, end_of_target = alias_at(phrase, after_name(phrase, end + bracketed))
    where_at = phrase.find(WHERE, end_of_target)
    others = factors(phrase.sub(using + 1, where_at)) if using is not None else []
    target = Factor(name, alias, phrase.sub(begin, end_of_target))
    where, tail = where_and_tail(phrase, where_at)
    return Effect(
        verb="DELETE", reach=Reach.ROWS, at=phrase.span(), target=name, kind="table",
        extent=portion_extent(phrase, end, target_extent(target, others, where)),
        target_at=target.place.span(), where=where.span() if where else None, tail=tail.span() if tail else None,
        source=phrase.sub(using + 1, where_at).span() if using is not None else None,
    )


def _listed(phrase: Phrase, at: int) -> Effect:
    """MySQL: DELETE a, b.* FROM tables."""
    start = phrase.find(frozenset({"FROM"}), at)
    if phrase.word(start) != "FROM" or start == at:
        return phrase.opaque("a DELETE that is not understood")
    return _several(phrase, phrase.sub(at, start), start + 1)


def _several(phrase: Phrase, targets: Phrase, tables_at: int) -> Effect:
    """MySQL's multi-table forms: an effect for each table that loses rows."""
    where_at = phrase.find(WHERE, tables_at)
    listed = phrase.sub(tables_at, where_at)
    where, tail = where_and_tail(phrase, where_at)
    tables = factors(listed)
    found = [effect for part in targets.split() for effect in _each(phrase, part, tables, listed, where)]
    if not found:
        return phrase.opaque("a DELETE without a table")
    found = [replace(effect, tail=tail.span() if tail else None) for effect in found]
    return found[0] if len(found) == 1 else replace(found[0], parts=tuple(found[1:]))


def _each(
    phrase: Phrase, part: Phrase, tables: list[Factor], listed: Phrase, where: Phrase | None
) -> Iterator[Effect]:
    """A target of a multi-table DELETE: the tables of its alias or its name, which in two databases may be the same."""
    called, _ = name_at(part, part.lo)
    if called is None:
        yield part.opaque("a DELETE whose table is not understood")
        return
    # DELETE t.* : the name ends in a dot and a star, which name_at leaves alone
    own = [table for table in tables if table.called == called.parts[-1]]
    own = own or [table for table in tables if table.name == called]
    for target in own or [Factor(called, "", part)]:
        yield Effect(
            verb="DELETE", reach=Reach.ROWS, at=phrase.span(), target=target.name or called, kind="table",
            extent=target_extent(target, [table for table in tables if table is not target], where),
            target_at=target.place.span(), source=listed.span(), where=where.span() if where else None,
        )


def _history(phrase: Phrase, at: int) -> Effect:
    """MariaDB: the past versions of a system-versioned table."""
    name, _ = name_at(phrase, at)
    return Effect(
        "DELETE HISTORY", Reach.ROWS, phrase.span(), name, "table", Extent.ALL, "past versions of the rows are lost"
    )
