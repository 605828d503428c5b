"""FOR PORTION OF: a write that is limited to a part of an application-time period."""

from __future__ import annotations

import re

from safesql.guard.analysis.phrase import Phrase
from safesql.guard.effect import Extent
from safesql.sql.possessive import compiled
from safesql.sql.token import Kind

LIFETIME = 50          # years; a literal period that is longer is meant to be all of time
YEAR = compiled(r"\D*(\d{4})\D.*", re.DOTALL)


def portion_extent(phrase: Phrase, at: int, extent: Extent) -> Extent:
    """The extent of a write whose table's name ends at an index, restricted by a FOR PORTION OF that follows."""
    if extent not in (Extent.ALL, Extent.UNKNOWN) or not phrase.has(at, "FOR", "PORTION", "OF"):
        return extent
    begin = phrase.find(frozenset({"FROM"}), at)
    end = phrase.find(frozenset({"TO"}), begin)
    first, last = _year(phrase, begin + 1), _year(phrase, end + 1)
    if first is None or last is None or last - first >= LIFETIME:
        return extent
    return Extent.SOME


def _year(phrase: Phrase, at: int) -> int | None:
    """The year of a literal date, with or without the word DATE or TIMESTAMP."""
    if phrase.word(at) in ("DATE", "TIMESTAMP"):
        at += 1
    found = YEAR.fullmatch(phrase.text(at)) if phrase.kind(at) is Kind.STRING else None
    return int(found[1]) if found else None
