"""Rows that are found by more than their own condition: those whose keys change, and those that a LIMIT picks."""

from __future__ import annotations

from collections.abc import Mapping

from safesql.guard.analysis.names import plain
from safesql.rewrite.images.reason import VOLATILE
from safesql.rewrite.images.shape import Shape
from safesql.sql.dialect import Dialect, Family
from safesql.sql.lexer import significant
from safesql.sql.token import Kind

COMPARED = {Family.MYSQL: frozenset({"number"})}
"""Kinds of columns of which a value can be asked for before it is stored, where not all are."""


def movable(shape: Shape, values: Mapping[str, str], dialect: Dialect) -> bool:
    """Whether the new keys can be asked for before the UPDATE; ``values`` as written."""
    kinds = {column.name: column.kind for column in shape.columns}
    known = COMPARED.get(dialect.family)
    for column, value in values.items():
        if not {token.word for token in significant(value, dialect)}.isdisjoint(VOLATILE):
            return False
        if kinds.get(column) == "rowid" or (known is not None and kinds.get(column) not in known):
            return False
    return True


def limited(tail: str, dialect: Dialect) -> bool:
    """Whether a LIMIT stands at the end of a statement."""
    return any(token.word == "LIMIT" for token in significant(tail, dialect))


def total_order(tail: str, shape: Shape, dialect: Dialect) -> bool:
    """Whether ``ORDER BY .. LIMIT ..`` sorts by plain columns among which the key is, so that no two rows are alike."""
    tokens = significant(tail, dialect)
    if [token.word for token in tokens[:2]] != ["ORDER", "BY"]:
        return False
    named: set[str] = set()
    item: list[str] = []
    for token in tokens[2:]:
        if token.kind is Kind.COMMA or token.word == "LIMIT":
            named |= {item[0]} if len(item) == 1 else set()
            item = []
            if token.word == "LIMIT":
                break
        elif token.word not in ("ASC", "DESC"):
            item.append(plain(token, dialect.family).lower() if token.kind in (Kind.WORD, Kind.NAME) else token.text)
    return {column.lower() for column in shape.key} <= named
