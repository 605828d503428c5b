"""How many rows of a table a condition lets through, as far as its text tells."""

from __future__ import annotations

from collections.abc import Sequence

from safesql.guard.effect import Extent
from safesql.guard.predicate.fold import Fold, NotUnderstood
from safesql.guard.predicate.names import Named, Scope, TargetNames
from safesql.guard.predicate.own_table import common
from safesql.guard.predicate.parser import read
from safesql.guard.predicate.plain import plainly_restricts
from safesql.sql.dialect import Dialect, Family
from safesql.sql.token import Kind, Token

__all__ = ["Named", "TargetNames", "common", "extent_of"]

_WORST = (Extent.NONE, Extent.SOME, Extent.UNKNOWN, Extent.ALL)
_BLANK = (Kind.SPACE, Kind.COMMENT)


def extent_of(tokens: Sequence[Token], dialect: Dialect, target: TargetNames) -> Extent:
    """The rows of ``target`` for which the condition (without the word WHERE or ON) is true; blanks may be left in.

    NONE: never true. SOME: something restricts. ALL: true for every row, but for NULLs. UNKNOWN: not understood, or
    the same for every row and not known which way. SQLite's "x" is read as a column and as a string, and the worse of
    the two counts: https://www.sqlite.org/quirks.html#double_quoted_string_literals_are_accepted
    """
    code = [token for token in tokens if token.kind not in _BLANK]
    while code and code[-1].kind is Kind.SEMICOLON:
        code.pop()
    if [token.word for token in code[:2]] == ["CURRENT", "OF"]:
        return Extent.SOME
    return Extent.SOME if plainly_restricts(code, target) else whole_extent(code, dialect, target)


def whole_extent(code: Sequence[Token], dialect: Dialect, target: TargetNames) -> Extent:
    """The same without the short cut, for tokens without blanks."""
    fold = Fold(dialect, Scope(target, dialect.family))
    extents = [_extent(fold, code)]
    if dialect.family is Family.SQLITE and any(
        token.kind is Kind.NAME for tokens in (code, *(query.tokens for query in target.queries)) for token in tokens
    ):
        extents.append(_extent(Fold(dialect, fold.scope, quoted_texts=True), code))
    return max(extents, key=_WORST.index)


def _extent(fold: Fold, tokens: Sequence[Token]) -> Extent:
    """One reading of the condition."""
    try:
        return read(fold, tokens).true.extent
    except NotUnderstood:
        return Extent.UNKNOWN
