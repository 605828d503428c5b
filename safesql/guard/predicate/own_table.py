"""Subqueries that read the written table itself: each row finds itself among their rows, if nothing leaves it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from safesql.guard.effect import Extent
from safesql.guard.predicate.clauses import Clauses, Reading, bare, clauses, items
from safesql.guard.predicate.fold import Fold, NotUnderstood
from safesql.guard.predicate.names import Named
from safesql.guard.predicate.value import Depends, Value
from safesql.slotted import dataclass, replace
from safesql.sql.token import Kind, Token

HANDED = 4        # queries within queries through which the table is followed
_CHOOSING = frozenset("HAVING LIMIT OFFSET FETCH".split())
_SETS = frozenset("UNION EXCEPT INTERSECT MINUS".split())
_OTHER_JOINS = frozenset("RIGHT FULL INNER CROSS NATURAL STRAIGHT_JOIN".split())
_USUAL_SCHEMAS = frozenset(("", "public", "main"))


@dataclass(frozen=True, slots=True)
class Handed:
    """What a query gives for the written table's row: a value for each column; ``starred`` where it gives them all.

    It is not ``certain`` where the query's condition is the same for all rows, and not known which way.
    """

    values: tuple[Value | None, ...] = ()
    names: tuple[str, ...] = ()
    starred: bool = False
    certain: bool = True


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a query reads from: what its columns are qualified with, and which of the table's columns they are."""

    alias: str
    columns: Mapping[str, str] | None = None     # None: all of them, under their own names; "" is none of them
    certain: bool = True


def handed(fold: Fold, tokens: Sequence[Token], read: Reading) -> Handed | None:
    """What the query gives for the row that it is asked for; None where that row may be left out, or is not read."""
    if fold.depth >= HANDED:
        return None
    fold = replace(fold, depth=fold.depth + 1)
    tokens, fold = _behind_with(_unwrapped(tokens), fold)
    if not tokens:
        return None
    if tokens[0].word == "TABLE":
        source = _source(fold, tokens[1:], read)
        return None if source is None else Handed(starred=True, certain=source.certain)
    arms = _arms(tokens)
    found = [_arm(fold, arm, read) for arm in arms]
    return next((each for each in found if each is not None), None)


def aggregated(fold: Fold, tokens: Sequence[Token], read: Reading) -> tuple[str, Value | None] | None:
    """The aggregate of a query over rows among which is the one it is asked for: its name, and of what."""
    parts = clauses(tokens)
    if parts is None or not parts.simple or fold.depth >= HANDED:
        return None
    chosen = parts.columns
    if len(chosen) < 4 or chosen[1].text != "(" or chosen[-1].kind is not Kind.CLOSE:
        return None
    found = row_within(replace(fold, depth=fold.depth + 1), parts, read)
    if found is None or not found[1]:
        return None
    inside = found[0]
    return chosen[0].word, None if chosen[2].text == "*" else read.value(inside, chosen[2:-1])


def _arm(fold: Fold, tokens: Sequence[Token], read: Reading) -> Handed | None:
    """One SELECT."""
    parts = clauses(tokens)
    if parts is None or parts.words & _CHOOSING:
        return None
    found = row_within(fold, parts, read)
    if found is None:
        return None
    inside, certain = found
    columns = parts.columns
    if columns and columns[0].word in ("ALL", "DISTINCT"):
        columns = columns[1:]
        if columns and columns[0].word == "ON":
            return None
    if columns and columns[-1].text == "*" and len(columns) in (1, 3):
        return replace(_starred(inside), certain=certain)
    return replace(_listed(inside, columns, read), certain=certain)


def _starred(inside: Fold) -> Handed:
    """All columns of what is read."""
    renamed = inside.scope.renamed
    if renamed is None:
        return Handed(starred=True)
    values = [Value(Depends.ROW, inside.keys.column(column)) if column else None for column in renamed.values()]
    return Handed(tuple(values), tuple(renamed))


def _listed(inside: Fold, columns: Sequence[Token], read: Reading) -> Handed:
    """The values and the names of a select list."""
    values: list[Value | None] = []
    names: list[str] = []
    for item in items(columns):
        bare, name = _named(item)
        values.append(read.value(inside, bare))
        names.append(name)
    return Handed(tuple(values), tuple(names))


def _named(item: Sequence[Token]) -> tuple[Sequence[Token], str]:
    """An item of a select list without its alias, and the name it gets."""
    last = bare(item[-1]) if item else ""
    if len(item) > 2 and item[-2].word == "AS":
        return item[:-2], last
    if len(item) > 1 and item[-1].kind in (Kind.WORD, Kind.NAME) and item[-2].kind in (Kind.WORD, Kind.NAME):
        return item[:-1], last
    return item, last


def row_within(fold: Fold, parts: Clauses, read: Reading) -> tuple[Fold, bool] | None:
    """How columns are read inside, where the query's row is the target's own; None where its WHERE may leave it out.

    With it, whether that is certain.
    """
    source = _source(fold, parts.tables if parts.where else _without_left_joins(parts.tables), read)
    if source is None:
        return None
    target = fold.scope.target
    names = tuple(dict.fromkeys((source.alias, *target.names)))
    scope = replace(fold.scope, target=replace(target, names=names), renamed=source.columns)
    inside = replace(fold, scope=scope)
    if not parts.where:
        return inside, source.certain
    try:
        kept = read.truth(inside, parts.where).true.extent
    except NotUnderstood:
        return None
    return (inside, source.certain and kept is Extent.ALL) if kept in (Extent.ALL, Extent.UNKNOWN) else None


def _source(fold: Fold, tables: Sequence[Token], read: Reading) -> _Source | None:
    """The one table of a FROM, where it is the written one, or a query that holds every row of it."""
    rest = list(tables)
    if rest and rest[0].word == "ONLY":
        rest = rest[1:]
    if rest and rest[0].text == "(":
        return _derived(fold, rest, read)
    path: list[str] = []
    while rest and rest[0].kind in (Kind.WORD, Kind.NAME):
        path.append(bare(rest[0]))
        if len(rest) < 2 or rest[1].kind is not Kind.DOT:
            break
        rest = rest[2:]
    alias = _alias(rest[1:], path[-1] if path else "")
    if not path or alias is None:
        return None
    queries = [each for each in fold.scope.target.queries if each.name == path[0] and len(path) == 1]
    if queries:
        return _through(fold, queries[-1], alias, read)
    return _Source(alias) if _is_target(fold, path) else None


def _without_left_joins(tables: Sequence[Token]) -> Sequence[Token]:
    """The first of several tables, where LEFT JOINs, and no others, put rows of the next beside all of its own."""
    words = [token.word for token in tables]
    if "LEFT" not in words or any(token.kind is Kind.COMMA or token.kind is Kind.OPEN for token in tables):
        return tables
    joins = [words[place - 1] for place, word in enumerate(words) if word == "JOIN"]
    joined = set(joins) <= {"LEFT", "OUTER"} and not _OTHER_JOINS.intersection(words)
    return tables[: words.index("LEFT")] if joined else tables


def _is_target(fold: Fold, path: Sequence[str]) -> bool:
    """Whether a name is the written table's; where only one of both has a schema, it has to be the usual one."""
    target = fold.scope.target
    table = target.table or next(iter(target.names), "")
    schemas = target.schema.casefold(), path[-2] if len(path) > 1 else ""
    return path[-1] == table.casefold() and (schemas[0] == schemas[1] or set(schemas) <= _USUAL_SCHEMAS)


def _derived(fold: Fold, tables: Sequence[Token], read: Reading) -> _Source | None:
    """``(SELECT ..) AS x (a, b)``."""
    query, end = _bracket(tables, 0)
    rest = [token for token in tables[end:] if token.word != "AS"]
    if not rest or rest[0].kind not in (Kind.WORD, Kind.NAME):
        return None
    columns: tuple[str, ...] = ()
    if len(rest) > 1:
        if rest[1].text != "(" or rest[-1].kind is not Kind.CLOSE:
            return None
        columns = tuple(bare(token) for token in rest[2:-1] if token.kind is not Kind.COMMA)
    return _through(fold, Named(bare(rest[0]), query, columns), bare(rest[0]), read)


def _through(fold: Fold, query: Named, alias: str, read: Reading) -> _Source | None:
    """The columns of the table that come through a query, by the names they get."""
    found = handed(fold, query.tokens, read)
    if found is None:
        return None
    if found.starred:
        return None if query.columns else _Source(alias, certain=found.certain)
    columns = {
        name: fold.keys.column_of(value.key) if value is not None else ""
        for name, value in zip(query.columns or found.names, found.values, strict=False)
    }
    return _Source(alias, columns, found.certain)


def _alias(rest: Sequence[Token], name: str) -> str | None:
    """What the columns of a table are qualified with; None where more than an alias follows its name."""
    if rest and rest[0].word == "AS":
        rest = rest[1:]
    if not rest:
        return name
    return bare(rest[0]) if len(rest) == 1 and rest[0].kind in (Kind.WORD, Kind.NAME) else None


def _unwrapped(tokens: Sequence[Token]) -> Sequence[Token]:
    """A query without the brackets around all of it."""
    inside, end = _bracket(tokens, 0)
    while end == len(tokens) > 0:
        tokens = inside
        inside, end = _bracket(tokens, 0)
    return tokens


def _arms(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """The queries that UNION puts together; none where another word may leave rows out."""
    places, depth = [-1], 0
    for place, token in enumerate(tokens):
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        if depth == 0 and token.word in _SETS:
            if token.word != "UNION":
                return []
            places.append(place)
    if len(places) > 1 and any(token.word in _CHOOSING for token in tokens):
        return []
    cut = [tokens[start + 1 : end] for start, end in zip(places, [*places[1:], len(tokens)], strict=True)]
    return [arm[1:] if arm and arm[0].word in ("ALL", "DISTINCT") else arm for arm in cut]


def _behind_with(tokens: Sequence[Token], fold: Fold) -> tuple[Sequence[Token], Fold]:
    """The main query, with the queries of its WITH known by their names."""
    if not tokens or tokens[0].word != "WITH":
        return tokens, fold
    found, main = common(tokens[1:])
    target = replace(fold.scope.target, queries=(*fold.scope.target.queries, *found))
    return main, replace(fold, scope=replace(fold.scope, target=target))


def common(tokens: Sequence[Token]) -> tuple[tuple[Named, ...], Sequence[Token]]:
    """The queries of a WITH, from behind that word on, and what follows the last of them."""
    found: list[Named] = []
    at = 1 if tokens and tokens[0].word == "RECURSIVE" else 0
    while at < len(tokens):
        name = bare(tokens[at])
        columns, at = _bracket(tokens, at + 1)
        if at >= len(tokens) or tokens[at].word != "AS":
            return (), ()
        at += 1
        while at < len(tokens) and tokens[at].word in ("NOT", "MATERIALIZED"):
            at += 1
        query, at = _bracket(tokens, at)
        given = tuple(bare(token) for token in columns if token.kind is not Kind.COMMA)
        found.append(Named(name, query, given))
        if at >= len(tokens) or tokens[at].kind is not Kind.COMMA:
            break
        at += 1
    return tuple(found), tokens[at:]


def _bracket(tokens: Sequence[Token], at: int) -> tuple[Sequence[Token], int]:
    """What stands in the bracket that opens at a place, and the place after it; nothing where none opens."""
    if at >= len(tokens) or tokens[at].text != "(":
        return (), at
    depth = 0
    for place in range(at, len(tokens)):
        depth += (tokens[place].kind is Kind.OPEN) - (tokens[place].kind is Kind.CLOSE)
        if depth == 0:
            return tokens[at + 1 : place], place + 1
    return (), len(tokens)
