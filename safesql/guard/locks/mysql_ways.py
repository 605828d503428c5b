"""The ways in which InnoDB alters a table, and what ALGORITHM and LOCK ask for."""

from __future__ import annotations

from enum import IntEnum

from safesql.guard.analysis.phrase import Phrase
from safesql.guard.effect import Name
from safesql.guard.locks.lock import Blocks, Lock
from safesql.slotted import replace
from safesql.sql.token import Span

REFUSED = "ALGORITHM={}, LOCK=NONE behind it, so that the server refuses instead of locking the table for long"
BESIDE = "; for the change itself copy beside the table in parts, as gh-ost and pt-online-schema-change do"


class Way(IntEnum):
    """From the quickest to the slowest, as ALGORITHM and LOCK call them; a statement of several goes the slowest."""

    INSTANT = 0            # only the definition changes
    NOCOPY = 1             # rows are read, and written meanwhile
    REBUILT = 2            # INPLACE: rows are written anew, and are changed meanwhile
    LOCKED = 3             # the same, and nobody writes meanwhile
    DEPENDS = 4            # INSTANT or COPY, by what the column is now
    COPIED = 5             # COPY: rows are written anew, and nobody writes meanwhile


def locked(table: Name | None, way: Way, at: Span) -> Lock:
    """The lock of a way; at its end, and for INSTANT from its beginning, the table is alone for an instant."""
    brief = Lock(table, "metadata lock EXCLUSIVE", Blocks.READS_AND_WRITES, at, queues=True)
    shared = replace(brief, mode="metadata lock SHARED_NO_WRITE, at the end EXCLUSIVE", blocks=Blocks.WRITES)
    open_ = replace(brief, mode="metadata lock SHARED_UPGRADABLE, at the end EXCLUSIVE", blocks=Blocks.NOTHING)
    match way:
        case Way.INSTANT:
            return brief
        case Way.NOCOPY:
            return replace(open_, scans=True)
        case Way.REBUILT:
            return replace(open_, scans=True, rewrites=True)
        case Way.LOCKED:
            return replace(shared, scans=True, rewrites=True, instead=REFUSED.format("INPLACE"))
        case Way.DEPENDS:
            return replace(shared, scans=True, rewrites=None, instead=REFUSED.format("INSTANT"))
        case Way.COPIED:
            return replace(shared, scans=True, rewrites=True, instead=REFUSED.format("INPLACE") + BESIDE)


def as_asked(way: Way, asked: frozenset[str]) -> Way:
    """The way that is left where ALGORITHM and LOCK are given: the server refuses those that are slower."""
    if "COPY" in asked:
        return Way.COPIED
    limits = {"INSTANT": Way.INSTANT, "NOCOPY": Way.NOCOPY, "NONE": Way.REBUILT}
    least = min((limits[word] for word in asked if word in limits), default=Way.COPIED)
    if "INPLACE" in asked and way > Way.LOCKED:
        way = Way.REBUILT
    return min(way, least)


def asked_for(phrase: Phrase, at: int) -> frozenset[str]:
    """The values of ALGORITHM and LOCK in a statement; with NONE or INSTANT it fails where it would block."""
    found = set()
    for index in range(at, phrase.hi):
        if phrase.word(index) in ("ALGORITHM", "LOCK"):
            found.add(phrase.word(index + 1) or phrase.word(index + 2))
    return frozenset(found)
