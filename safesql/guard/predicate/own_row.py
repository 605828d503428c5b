"""Scalar subqueries that give back what the row itself holds: ``(SELECT x.id FROM t x WHERE x.id = t.id)`` is id."""

from __future__ import annotations

from collections.abc import Sequence

from safesql.guard.predicate.clauses import Clauses, Reading, bare, clauses, joined_by_and
from safesql.guard.predicate.fold import Fold
from safesql.guard.predicate.own_table import HANDED, row_within
from safesql.guard.predicate.value import Depends, Value
from safesql.slotted import replace
from safesql.sql.dialect import Family
from safesql.sql.token import Kind, Token

_READ = frozenset("SELECT FROM WHERE ORDER LIMIT".split())


def own_value(fold: Fold, tokens: Sequence[Token], read: Reading) -> Value | None:
    """The column of the written table that the query gives back, row by row; None where it may give another row's.

    Two rows are an error on most servers, so what else may be found does not matter there; SQLite takes the first.
    """
    parts = clauses(tokens)
    if parts is None or not parts.words <= _READ or not parts.where or fold.depth >= HANDED:
        return None
    found = row_within(replace(fold, depth=fold.depth + 1), parts, read)
    if found is None or not found[1]:
        return None
    columns, picked = _chosen(parts)
    value = read.value(found[0], columns)
    if value is None or value.depends is not Depends.ROW or not fold.keys.column_of(value.key):
        return None
    if picked or "LIMIT" in parts.words or fold.family is Family.SQLITE:
        known = "LIMIT" not in parts.words or _leaves_one(tokens)
        return value if known and bare(columns[-1]) in _pinned(parts) else None
    return value


def _chosen(parts: Clauses) -> tuple[Sequence[Token], bool]:
    """The expression of a select list, without MIN or MAX around it; and whether these stood there."""
    columns = parts.columns
    if len(columns) > 3 and columns[0].word in ("MIN", "MAX") and columns[-1].kind is Kind.CLOSE:
        return columns[2:-1], True
    return columns, False


def _pinned(parts: Clauses) -> frozenset[str]:
    """Columns that the query's WHERE holds to what they are in the row outside: ``x.id = t.id``."""
    return frozenset(
        bare(each[-1])
        for each in joined_by_and(parts.where)
        if len(each) == 7
        and each[3].text == "="
        and each[1].kind is each[5].kind is Kind.DOT
        and bare(each[2]) == bare(each[6])
        and bare(each[0]) != bare(each[4])
    )


def _leaves_one(tokens: Sequence[Token]) -> bool:
    """Whether its LIMIT, which stands at the end, is a plain number of rows."""
    return tokens[-2].word == "LIMIT" and tokens[-1].kind is Kind.NUMBER and tokens[-1].text.strip("0") != ""
