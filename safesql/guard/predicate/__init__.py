"""How many rows of a table a condition lets through, as far as its text tells."""

from __future__ import annotations

from collections.abc import Sequence

from safesql.guard.effect import Extent
from safesql.guard.predicate.names import TargetNames
from safesql.sql.dialect import Dialect
from safesql.sql.token import Kind, Token

__all__ = ["TargetNames", "extent_of"]


def extent_of(tokens: Sequence[Token], dialect: Dialect, target: TargetNames) -> Extent:
    """The rows of ``target`` for which the condition (without the word WHERE or ON) is true; blanks may be left in.

    NONE: never true. SOME: something restricts. ALL: true for every row, but for NULLs. UNKNOWN: not understood, or
    the same for every row and not known which way.
    """
    code = [token for token in tokens if token.kind not in (Kind.SPACE, Kind.COMMENT)]
    if len(code) == 3 and code[0].kind is Kind.WORD and code[1].text == "=":
        if code[2].kind in (Kind.NUMBER, Kind.STRING, Kind.PARAMETER):
            return Extent.SOME
    return Extent.UNKNOWN
