"""How many rows of a target a write takes: its WHERE, its joins, and what a table joined with itself lets through."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from safesql.guard.analysis.derived import Copied, copied
from safesql.guard.analysis.names import NAMES, plain
from safesql.guard.analysis.phrase import Phrase
from safesql.guard.analysis.tables import Factor
from safesql.guard.effect import Extent
from safesql.sql.token import Kind, Token

if TYPE_CHECKING:
    from safesql.guard.predicate import Named, TargetNames


def condition_extent(condition: Phrase, names: TargetNames) -> Extent:
    """The rows that one condition lets through; a cursor's current row is one row."""
    from safesql.guard.predicate import extent_of

    if condition.has(condition.lo, "CURRENT", "OF"):
        return Extent.SOME
    return extent_of(_with_variables(condition), condition.dialect, names)


def _with_variables(condition: Phrase) -> Sequence[Token]:
    """The condition with a parameter where a variable of the body stands, alone or as a record with its field."""
    tokens, declared = condition.tokens(), condition.code.declared
    if not declared:
        return tokens
    found: list[Token] = []
    skip = 0
    for index, token in enumerate(tokens):
        following = tokens[index + 1].kind if index + 1 < len(tokens) else None
        if skip:
            skip -= 1
        elif token.text.lower() not in declared or following is Kind.OPEN or (found and found[-1].kind is Kind.DOT):
            found.append(token)
        else:
            found.append(Token(Kind.PARAMETER, "$1", token.start, ""))
            skip = 2 * (following is Kind.DOT)
    return found


def together(extents: Iterable[Extent]) -> Extent:
    """The rows that meet several conditions at once; all rows where there is no condition."""
    found = set(extents)
    for extent in (Extent.NONE, Extent.SOME, Extent.UNKNOWN):
        if extent in found:
            return extent
    return Extent.ALL


def target_extent(target: Factor, others: list[Factor], where: Phrase | None) -> Extent:
    """The rows of a target that a write takes, by its joins and its WHERE."""
    conditions = [*target.conditions, *([where] if where is not None else [])]
    names = _names(target, others)
    extent = together(condition_extent(condition, names) for condition in conditions)
    if target.joined and extent is not Extent.NONE:
        extent = Extent.SOME
    if extent is Extent.UNKNOWN and _tied(target, others, where):
        return Extent.SOME
    if extent is Extent.SOME and any(_meets_itself(target, other, conditions, names) for other in others):
        return Extent.ALL
    return extent


def _names(target: Factor, others: list[Factor]) -> TargetNames:
    """How the condition calls the tables, and the columns of those that name them."""
    from safesql.guard.predicate import TargetNames

    *schemas, table = target.name.parts if target.name else ("",)
    called = [name for other in others for name in (other.called, *_columns(other)) if name]
    schema = schemas[-1] if schemas else ""
    return TargetNames((target.called,), tuple(called), table, schema=schema, queries=_queries(target))


def _columns(other: Factor) -> list[str]:
    """``x`` of ``(VALUES (1)) AS v (x)``."""
    place = other.place
    at = place.code.partner[place.hi - 1] if place.kind(place.hi - 1) is Kind.CLOSE else place.lo
    if at <= place.lo or not other.alias or place.kind(at - 1) not in NAMES:
        return []
    if plain(place.code.tokens[at - 1], place.family) != other.alias:
        return []
    return [plain(token, place.family) for token in place.inside(at).tokens() if token.kind in NAMES]


def _queries(target: Factor) -> tuple[Named, ...]:
    """The queries of a WITH before the target's statement."""
    from safesql.guard.predicate import common

    code, before, start = target.place.code, target.place.lo, target.place.statement_at()
    if "WITH" not in code.words[start:before]:
        return ()
    starts = [at for at in range(start, before) if code.words[at] == "WITH" and code.tokens[at + 1].kind in NAMES]
    return tuple(query for at in starts for query in common(code.tokens[at + 1 :])[0])


def _tied(target: Factor, others: list[Factor], where: Phrase | None) -> bool:
    """Whether the WHERE restricts the target by way of another table."""
    return where is not None and any(_through(target, other, others, where) for other in others)


def _through(target: Factor, other: Factor, others: list[Factor], where: Phrase) -> bool:
    """Whether the WHERE restricts a table that an outer join ties to the target, as in WHERE other.id IS NULL."""
    shared = [link for link in other.links if link in target.links]
    if not any(condition_extent(link, _names(target, others)) is Extent.SOME for link in shared):
        return False
    rest = [target, *(one for one in others if one is not other)]
    return condition_extent(where, _names(other, rest)) is Extent.SOME


def _meets_itself(target: Factor, other: Factor, conditions: list[Phrase], names: TargetNames) -> bool:
    """Whether each row passes by meeting itself: the same table under another name, joined on what is equal then."""
    from safesql.guard.predicate import extent_of

    if target.name is None or not other.called or other.called == target.called:
        return False
    own = copied(other, target.name)
    if own is None:
        return False
    if not conditions:
        return target.joined or other.joined
    return all(
        extent_of(renamed(condition, other.called, target.called, own), condition.dialect, names) is Extent.ALL
        for condition in conditions
    )


def renamed(condition: Phrase, old: str, new: str, own: Copied) -> list[Token]:
    """The condition with one table's columns taken from the other, as far as they are the same."""
    tokens = list(condition.tokens())
    for index, token in enumerate(tokens[:-2]):
        qualifies = tokens[index + 1].kind is Kind.DOT and token.kind in (Kind.WORD, Kind.NAME)
        if not qualifies or plain(token, condition.family) != old:
            continue
        column = own.column(plain(tokens[index + 2], condition.family))
        if column is not None:
            tokens[index + 2] = tokens[index + 2]._replace(text=column, word=column.upper())
            tokens[index] = Token(Kind.WORD, new, token.start, new.upper())
    return tokens
