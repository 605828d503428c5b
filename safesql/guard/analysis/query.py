"""SELECT, VALUES, TABLE and WITH: reads, unless INTO, a CTE or a function makes them more."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from safesql.guard.analysis.locks import taken
from safesql.guard.analysis.names import name_at
from safesql.guard.analysis.nested import nested
from safesql.guard.analysis.overwrite import OVERWRITES, reads
from safesql.guard.analysis.phrase import Phrase, spread
from safesql.guard.effect import Effect, Extent, Reach
from safesql.slotted import replace
from safesql.sql.dialect import Family
from safesql.sql.token import Kind

MAIN = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "VALUES", "TABLE"})
DML = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE"})
INTO = frozenset({"INTO"})


def query(phrase: Phrase) -> Effect:
    """A SELECT, VALUES or TABLE, or a query in brackets."""
    effect = phrase.effect("SELECT", Reach.READ)
    if phrase.family is Family.MYSQL:
        effect = spread(effect, *_files(phrase))
    elif phrase.family is Family.POSTGRES and (into := phrase.find(INTO)) < phrase.hi:
        effect = _into(phrase, into, effect)
    return spread(effect, *nested(phrase), *taken(phrase))


def _files(phrase: Phrase) -> Iterator[Effect]:
    """INTO OUTFILE and INTO DUMPFILE, however many brackets are around them."""
    words = phrase.code.words[phrase.lo : phrase.hi]
    for word in ("OUTFILE", "DUMPFILE"):
        if word in words and any(pair == ("INTO", word) for pair in pairwise(words)):
            yield replace(phrase.effect(f"INTO {word}", Reach.SERVER, None, "file"), note="writes a file on the server")


def _into(phrase: Phrase, at: int, effect: Effect) -> Effect:
    """PostgreSQL: SELECT .. INTO a new table; in the bodies of its functions, into variables."""
    temporary = False
    while phrase.word(at + 1) in ("TEMP", "TEMPORARY", "UNLOGGED", "LOCAL", "GLOBAL", "TABLE"):
        at += 1
        temporary |= phrase.word(at).startswith("TEMP")
    name, _ = name_at(phrase, at + 1)
    reach, kind = (Reach.SESSION, "temporary table") if temporary else (Reach.SCHEMA, "table")
    return spread(effect, phrase.effect("CREATE TABLE", reach, name, kind))


def with_(phrase: Phrase) -> Effect:
    """WITH ctes main: the effect of the main statement, with those of the CTEs as parts."""
    main = _main(phrase)
    if main is None:
        return phrase.opaque("a WITH that is not understood")
    head = phrase.sub(phrase.lo, main)
    effect = phrase.inner(main, phrase.hi)
    if effect.verb in DML:
        effect = replace(effect, with_=head.span(), parts=_through(head, effect))
    return spread(effect, *nested(head), *taken(head))


def _through(head: Phrase, effect: Effect) -> tuple[Effect, ...]:
    """The parts of an INSERT that overwrites, where its rows are the target's own that come through a CTE."""
    if effect.target is None or "WHERE" in head.code.words[head.lo : head.hi] or not reads(head, effect.target):
        return effect.parts
    return tuple(replace(part, extent=Extent.ALL) if part.verb in OVERWRITES else part for part in effect.parts)


def _main(phrase: Phrase) -> int | None:
    """Where the main statement begins: after the last CTE's brackets, and SEARCH and CYCLE clauses."""
    at = phrase.lo + 1
    at += phrase.word(at) == "RECURSIVE"
    while True:
        _, at = name_at(phrase, at)
        if phrase.kind(at) is Kind.OPEN:
            at = phrase.after(at)
        if phrase.word(at) != "AS":
            return None
        at += 1
        while phrase.word(at) in ("NOT", "MATERIALIZED"):
            at += 1
        if phrase.kind(at) is not Kind.OPEN:
            return None
        at = _after_cycle(phrase, phrase.after(at))
        if phrase.kind(at) is not Kind.COMMA:
            break
        at += 1
    return at if phrase.word(at) in MAIN or phrase.kind(at) is Kind.OPEN else None


def _after_cycle(phrase: Phrase, at: int) -> int:
    """The index after SEARCH and CYCLE clauses (PostgreSQL) and CYCLE .. RESTRICT (MariaDB)."""
    if phrase.word(at) not in ("SEARCH", "CYCLE"):
        return at
    for index in phrase.tops(at):
        if phrase.kind(index) is Kind.COMMA and phrase.word(index + 2) == "AS":
            return index
        if index > at + 2 and phrase.word(index) in MAIN and phrase.word(index - 1) not in ("BY", "CYCLE"):
            return index
    return phrase.hi
