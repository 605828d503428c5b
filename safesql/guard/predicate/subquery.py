"""Subqueries in a condition: whether they look at the target's row, and what EXISTS and IN make of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Protocol

from safesql.guard.effect import Extent
from safesql.guard.predicate import truth
from safesql.guard.predicate.compare import compare
from safesql.guard.predicate.fold import Fold
from safesql.guard.predicate.truth import Side, Truth, plain
from safesql.guard.predicate.value import Depends, Value
from safesql.sql.token import Kind, Token

DEEPEST = 6       # subqueries within subqueries that are looked into
_ENDS = frozenset(
    "WHERE GROUP HAVING ORDER LIMIT OFFSET FETCH FOR UNION EXCEPT INTERSECT WINDOW PROCEDURE INTO LOCK".split()
)
_NO_ALIAS = _ENDS | frozenset("ON USING JOIN INNER LEFT RIGHT FULL CROSS NATURAL STRAIGHT_JOIN LATERAL AS SET".split())
_JOINS = frozenset("JOIN INNER LEFT RIGHT FULL CROSS NATURAL STRAIGHT_JOIN".split())


class Reading(Protocol):
    """How the conditions and values inside a subquery are read."""

    def truth(self, fold: Fold, tokens: Sequence[Token]) -> Truth:
        """A condition; raises NotUnderstood."""
        ...

    def value(self, fold: Fold, tokens: Sequence[Token]) -> Value | None:
        """One value, or None when there is not one and no more."""
        ...


@dataclass(frozen=True, slots=True)
class Clauses:
    """The parts of a plain SELECT; ``simple`` when nothing else could change how many rows it gives."""

    columns: Sequence[Token]
    tables: Sequence[Token]
    where: Sequence[Token]
    words: frozenset[str]

    @property
    def simple(self) -> bool:
        """Whether only its WHERE picks rows."""
        return not self.words & frozenset("GROUP HAVING LIMIT OFFSET FETCH UNION EXCEPT INTERSECT".split())


def clauses(tokens: Sequence[Token]) -> Clauses | None:
    """A SELECT cut at its own FROM and WHERE; None when it is no plain SELECT."""
    if not tokens or tokens[0].word != "SELECT":
        return None
    marks: list[tuple[str, int]] = [("SELECT", 0)]
    depth = 0
    for place, token in enumerate(tokens):
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        after_dot = place > 0 and tokens[place - 1].kind is Kind.DOT
        if depth == 0 and not after_dot and (token.word in _ENDS or token.word == "FROM"):
            marks.append((token.word, place))
    marks.append(("", len(tokens)))
    found = {word: (start, end) for (word, start), (_, end) in reversed(list(pairwise(marks)))}

    def part(word: str) -> Sequence[Token]:
        start, end = found.get(word, (0, 0))
        return tokens[start + 1 : end]

    return Clauses(part("SELECT"), part("FROM"), part("WHERE"), frozenset(found))


def table_names(tables: Sequence[Token]) -> frozenset[str]:
    """What the tables of a FROM answer to, folded: the alias where there is one, else the name."""
    names: list[str] = []
    depth, condition, named = 0, False, False
    for token in tables:
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        if depth > 0 or token.kind is Kind.CLOSE:
            continue
        if token.word in ("ON", "USING"):
            condition = True
        elif token.kind is Kind.COMMA or token.word in _JOINS:
            condition, named = False, False
        elif not condition and _is_name(token):
            if named:
                names.pop()
            names.append(_plain(token))
            named = True
    return frozenset(names)


def _is_name(token: Token) -> bool:
    """Whether it can be a table or its alias."""
    return token.kind is Kind.NAME or (token.kind is Kind.WORD and token.word not in _NO_ALIAS)


def _plain(token: Token) -> str:
    """A name without its quotes, folded."""
    return (token.text[1:-1] if token.kind is Kind.NAME else token.text).casefold()


def correlated(fold: Fold, tokens: Sequence[Token]) -> bool:
    """Whether a table's name of the target stands before a dot, outside of the subquery's own tables."""
    parts = clauses(tokens)
    own = table_names(parts.tables) if parts else frozenset()
    wanted = {name.casefold() for name in fold.scope.target.names} - own - fold.scope.inner
    return any(
        token.kind is Kind.DOT and place > 0 and _plain(tokens[place - 1]) in wanted
        and tokens[place - 1].kind in (Kind.WORD, Kind.NAME)
        for place, token in enumerate(tokens)
    )


def scalar(fold: Fold, tokens: Sequence[Token], read: Reading) -> Value:
    """A subquery as a value: its own for each row when it is correlated, else one for all."""
    single = _without_from(fold, tokens, read)
    if single is not None:
        return single
    query = _query(fold, tokens)
    restricts = query.depends is Depends.ROW or picks(fold, tokens, read) is Extent.SOME
    return query._replace(depends=Depends.ROW) if restricts else query


def _without_from(fold: Fold, tokens: Sequence[Token], read: Reading) -> Value | None:
    """``(SELECT x)`` is x."""
    parts = clauses(tokens)
    if parts is None or parts.words != {"SELECT"} or fold.depth >= DEEPEST:
        return None
    return read.value(replace(fold, depth=fold.depth + 1), parts.columns)


def _query(fold: Fold, tokens: Sequence[Token]) -> Value:
    """A subquery by its text alone."""
    shape = tuple(token.text for token in tokens) if len(tokens) < 100 else (fold.keys.fresh(),)
    depends = Depends.ROW if correlated(fold, tokens) else Depends.SESSION
    return Value(depends, fold.keys.of("subquery", *shape))


def picks(fold: Fold, tokens: Sequence[Token], read: Reading) -> Extent:
    """For how many rows of the target the subquery has rows: NONE, SOME, or UNKNOWN; ALL when it always has one."""
    parts = clauses(tokens)
    if parts is None or fold.depth >= DEEPEST or not parts.simple:
        return _limited(fold, tokens, parts)
    if not parts.tables and not parts.where:
        return Extent.ALL
    own = table_names(parts.tables)
    inside = replace(fold, scope=fold.scope.within(own), depth=fold.depth + 1) if parts.tables else fold
    found = read.truth(inside, parts.where).true.extent if parts.where else Extent.ALL
    if found is Extent.ALL and parts.tables:
        found = Extent.UNKNOWN
    if found is Extent.UNKNOWN and correlated(inside, parts.tables):
        return Extent.SOME
    return found


def _limited(fold: Fold, tokens: Sequence[Token], parts: Clauses | None) -> Extent:
    """A subquery that is not looked into: it restricts when it is correlated."""
    if parts is not None and "LIMIT" in parts.words and tokens[-1].text == "0" and tokens[-2].word == "LIMIT":
        return Extent.NONE
    return Extent.SOME if correlated(fold, tokens) else Extent.UNKNOWN


def exists(fold: Fold, tokens: Sequence[Token], read: Reading) -> Value:
    """``EXISTS (tokens)``."""
    value = _query(fold, tokens)
    key = fold.keys.of("exists", value.key)
    parts = clauses(tokens)
    if parts is not None and parts.simple and parts.where and not parts.tables and fold.depth < DEEPEST:
        sure = read.truth(replace(fold, depth=fold.depth + 1), parts.where)
        depends = Depends.ROW if sure.true.extent is Extent.SOME else Depends.SESSION
        return Value(depends, key, None, fold.two_valued(sure, depends))
    return Value(max(value.depends, Depends.SESSION), key, None, _having(picks(fold, tokens, read), key))


def _having(found: Extent, key: int) -> Truth:
    """The truth of having rows."""
    match found:
        case Extent.NONE:
            return truth.FALSE
        case Extent.ALL:
            return truth.TRUE
        case _:
            return plain(found, key)


def among(fold: Fold, value: Value, tokens: Sequence[Token], read: Reading) -> Value:
    """``value IN (tokens)``."""
    query = _query(fold, tokens)
    depends = max(value.depends, query.depends, Depends.SESSION)
    if value.items is not None:
        depends = max(depends, *(item.depends for item in value.items))
    key = fold.keys.of("among", value.key, query.key)
    single = _without_from(fold, tokens, read)
    if single is not None:
        return compare(fold, "=", value, single)
    found = picks(fold, tokens, read)
    if found is Extent.NONE:
        return Value(depends, key, None, truth.FALSE)
    if _itself(fold, value, tokens):
        return Value(depends, key, None, Truth(Side(Extent.ALL), Side(Extent.NONE)))
    restricts = depends is Depends.ROW or found is Extent.SOME
    return Value(depends, key, None, plain(Extent.SOME if restricts else Extent.UNKNOWN, key))


def _itself(fold: Fold, value: Value, tokens: Sequence[Token]) -> bool:
    """``id IN (SELECT id FROM t)`` on t itself."""
    parts = clauses(tokens)
    if parts is None or not parts.simple or parts.where or len(parts.tables) not in (1, 3) or not parts.columns:
        return False
    table = fold.scope.target.table or next(iter(fold.scope.target.names), "")
    if _plain(parts.tables[-1]) != table.casefold() or len(parts.columns) not in (1, 3):
        return False
    column = fold.scope.folded(parts.columns[-1])
    return value.key == fold.keys.of("column", column) and value.depends is Depends.ROW
