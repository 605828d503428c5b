"""EXPLAIN and ANALYZE: quiet where they only plan, and what the statement is where they run it."""

from __future__ import annotations

from safesql.guard.analysis.phrase import Phrase, spread
from safesql.guard.effect import Effect, Reach
from safesql.slotted import replace
from safesql.sql.dialect import Family
from safesql.sql.token import Kind

STATEMENTS = frozenset({
    "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "WITH", "VALUES", "TABLE", "EXECUTE", "CREATE",
    "DECLARE", "REFRESH",
})
OFF = frozenset({"FALSE", "OFF", "0", "'FALSE'", "'OFF'", "'0'", "F", "NO", "N", '"OFF"', '"FALSE"'})


def explain(phrase: Phrase) -> Effect:
    """EXPLAIN, DESCRIBE and DESC."""
    planned = phrase.effect("EXPLAIN", Reach.READ)
    if phrase.family is Family.SQLITE:
        return planned
    at = phrase.lo + 1
    runs = False
    if phrase.kind(at) is Kind.OPEN and phrase.family is Family.POSTGRES:
        runs, at = _option(phrase.inside(at)), phrase.after(at)
    while at < phrase.hi and phrase.word(at) not in STATEMENTS and phrase.kind(at) is not Kind.OPEN:
        runs = runs or phrase.word(at) in ("ANALYZE", "ANALYSE")
        at += 1
    if not runs:
        return planned
    if at == phrase.hi:
        return phrase.opaque("an EXPLAIN ANALYZE of something that is not understood")
    return spread(planned, phrase.inner(at, phrase.hi))


def _option(options: Phrase) -> bool:
    """Whether ANALYZE is on in the end: the last mention wins, and a value that is not known is taken for on."""
    on = False
    for option in options.split():
        if option.word(option.lo) in ("ANALYZE", "ANALYSE"):
            value = option.text(option.lo + 1).upper()
            on = value not in OFF
    return on


def analyze(phrase: Phrase) -> Effect:
    """Statistics of tables; in MariaDB also ANALYZE statement, which runs it."""
    at = phrase.lo + 1
    if phrase.family is Family.MYSQL:
        if phrase.word(at) == "FORMAT":
            at += 3
        if phrase.word(at) in STATEMENTS - {"TABLE"} or phrase.kind(at) is Kind.OPEN:
            return spread(phrase.effect("ANALYZE", Reach.READ), phrase.inner(at, phrase.hi))
    return replace(phrase.effect("ANALYZE", Reach.SCHEMA), commits=phrase.family is Family.MYSQL)
