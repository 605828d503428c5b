"""Subqueries in a condition: whether they look at the target's row, and what EXISTS and IN make of them."""

from __future__ import annotations

from collections.abc import Sequence

from safesql.guard.effect import Extent
from safesql.guard.predicate import truth
from safesql.guard.predicate.clauses import DEEPEST, Clauses, Reading, bare, clauses, items, table_names
from safesql.guard.predicate.compare import compare
from safesql.guard.predicate.fold import Fold
from safesql.guard.predicate.own_row import own_value
from safesql.guard.predicate.own_table import Handed, aggregated, handed
from safesql.guard.predicate.truth import Truth, plain
from safesql.guard.predicate.value import NULL, Constant, Depends, Sort, Value
from safesql.slotted import replace
from safesql.sql.token import Kind, Token

_EMPTY = frozenset({"COUNT", "MIN", "MAX", "SUM", "AVG"})


def correlated(fold: Fold, tokens: Sequence[Token]) -> bool:
    """Whether a table's name of the target stands before a dot, outside of the subquery's own tables."""
    parts = clauses(tokens)
    own = table_names(parts.tables) if parts else frozenset()
    wanted = {name.casefold() for name in fold.scope.target.names} - own - fold.scope.inner
    return any(
        token.kind is Kind.DOT and place > 0 and bare(tokens[place - 1]) in wanted
        and tokens[place - 1].kind in (Kind.WORD, Kind.NAME)
        for place, token in enumerate(tokens)
    )


def scalar(fold: Fold, tokens: Sequence[Token], read: Reading) -> Value:
    """A subquery as a value: its own for each row when it is correlated, else one for all."""
    own = own_value(fold, tokens, read)
    return listed(fold, tokens, read) if own is None else own


def listed(fold: Fold, tokens: Sequence[Token], read: Reading) -> Value:
    """The same where it may stand for any number of rows: behind ANY and ALL, and in an array."""
    single = _without_from(fold, tokens, read)
    if single is not None:
        return single
    query = _of_rows(_query(fold, tokens), fold, tokens, read)
    restricts = query.depends is Depends.ROW or picks(fold, tokens, read) is Extent.SOME
    return query._replace(depends=Depends.ROW) if restricts else query


def rows(fold: Fold, tokens: Sequence[Token], read: Reading) -> Value:
    """A subquery behind ANY or ALL; one that never has a row is an empty list."""
    query, parts = listed(fold, tokens, read), clauses(tokens)
    one = parts is None or parts.one_row or parts.words == {"SELECT"}
    return query if one or picks(fold, tokens, read) is not Extent.NONE else query._replace(items=())


def _of_rows(query: Value, fold: Fold, tokens: Sequence[Token], read: Reading) -> Value:
    """What is known of the rows of a query: how many there are, and what the target's own row is worth among them."""
    parts = clauses(tokens)
    empty = _of_none(fold, tokens, parts, read)
    if empty is not None:
        return empty
    if parts is not None and parts.simple and [token.word for token in parts.columns[:1]] == ["COUNT"]:
        query = query._replace(floor=0, sure=len(list(items(parts.columns))) == 1)
    found = aggregated(fold, tokens, read)
    if found is None:
        own = handed(fold, tokens, read)
        if own is None:
            return query
        return query._replace(among=_single(own)) if own.certain else query._replace(depends=Depends.SESSION)
    name, value = found
    if name == "COUNT" and value is None:
        return query._replace(floor=1, sure=True)
    if name in ("MIN", "MAX") and value is not None and value.depends is Depends.ROW:
        return query._replace(least_of=value.key) if name == "MIN" else query._replace(most_of=value.key)
    return query


def _of_none(fold: Fold, tokens: Sequence[Token], parts: Clauses | None, read: Reading) -> Value | None:
    """What a query gives that never finds a row: nothing, or the count of that."""
    if parts is None or not parts.where or not parts.simple or picks(fold, tokens, read) is not Extent.NONE:
        return None
    first = parts.columns[0].word if parts.columns else ""
    if not parts.one_row:
        return fold.keys.constant(NULL)
    if len(parts.columns) < 3 or parts.columns[1].text != "(" or parts.columns[-1].kind is not Kind.CLOSE:
        return None
    if any(token.kind is Kind.CLOSE for token in parts.columns[:-1]) or first not in _EMPTY:
        return None
    return fold.keys.constant(Constant(Sort.NUMBER, 0) if first == "COUNT" else NULL)


def _without_from(fold: Fold, tokens: Sequence[Token], read: Reading) -> Value | None:
    """``(SELECT x)`` is x, and so is ``(VALUES (x))``."""
    if len(tokens) > 3 and tokens[0].word == "VALUES" and _is_bracket(tokens[1:]) and fold.depth < DEEPEST:
        return read.value(replace(fold, depth=fold.depth + 1), tokens[2:-1])
    parts = clauses(tokens)
    if parts is None or parts.words != {"SELECT"} or fold.depth >= DEEPEST:
        return None
    return read.value(replace(fold, depth=fold.depth + 1), parts.columns)


def _is_bracket(tokens: Sequence[Token]) -> bool:
    """Whether it is one bracket with one value in it."""
    depth = 0
    for place, token in enumerate(tokens):
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        if (depth == 0 and place < len(tokens) - 1) or (depth == 1 and token.kind is Kind.COMMA):
            return False
    return depth == 0


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
    """``EXISTS (tokens)``, which is never NULL."""
    limited = len(tokens) > 2 and tokens[-2].word == "LIMIT" and tokens[-1].kind is Kind.NUMBER
    if limited and tokens[-1].text.strip("0"):
        tokens = tokens[:-2]                       # one row is as good as many
    return _exists(fold, tokens, read)._replace(sure=True)


def _exists(fold: Fold, tokens: Sequence[Token], read: Reading) -> Value:
    """Whether the query has rows."""
    value = _query(fold, tokens)
    key = fold.keys.of("exists", value.key)
    own = handed(fold, tokens, read)
    if own is not None:
        return Value(Depends.ROW, key, None, truth.TRUE if own.certain else plain(Extent.UNKNOWN, key))
    parts = clauses(tokens)
    if parts is not None and parts.simple and parts.one_row:
        return Value(Depends.SESSION, key, None, truth.TRUE)
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
    if _gives_back(fold, value, tokens, read):
        return Value(depends, key, None, _having(found, key))
    restricts = depends is Depends.ROW or found is Extent.SOME
    own = handed(fold, tokens, read)
    if own is None or not _finds_itself(value, own):
        return Value(depends, key, None, plain(Extent.SOME if restricts else Extent.UNKNOWN, key))
    return Value(depends, key, None, truth.TRUE if own.certain else plain(Extent.UNKNOWN, key))


def _gives_back(fold: Fold, value: Value, tokens: Sequence[Token], read: Reading) -> bool:
    """``id IN (SELECT t.id FROM other)``, which is true for each row or for none."""
    parts = clauses(tokens)
    if parts is None or not parts.tables or fold.depth >= DEEPEST or value.depends is not Depends.ROW:
        return False
    inside = replace(fold, scope=fold.scope.within(table_names(parts.tables)), depth=fold.depth + 1)
    given = read.value(inside, parts.columns)
    return given is not None and given.depends is Depends.ROW and given.key == value.key


def _finds_itself(value: Value, own: Handed) -> bool:
    """``id IN (SELECT id FROM t)`` on t itself, and what else gives back what is looked for."""
    wanted = value.items if value.items is not None else (value,)
    if own.starred or len(own.values) != len(wanted):
        return own.starred and len(wanted) == 1 and value.depends is Depends.ROW
    pairs = zip(wanted, own.values, strict=True)
    return all(each is not None and each.depends is Depends.ROW and each.plain == one.plain for one, each in pairs)


def _single(own: Handed) -> Value | None:
    """The one column that a query gives."""
    return own.values[0] if len(own.values) == 1 and not own.starred else None
