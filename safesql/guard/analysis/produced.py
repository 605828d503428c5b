r"""Statements that a query produces for psql to run, by \gexec: each value of its select list is a text of its own."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.analysis.literal import literal
from safesql.guard.analysis.nested import located
from safesql.guard.analysis.phrase import Phrase
from safesql.guard.analysis.template import judged
from safesql.guard.effect import Effect

COMMAND = "gexec"
SETS = frozenset({"UNION", "EXCEPT", "INTERSECT"})
ENDS = SETS | frozenset({
    "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "FETCH", "WINDOW", "FOR", "INTO",
})


def produced(phrase: Phrase) -> Iterator[Effect]:
    """What each value of the query does when it is run; opaque where it is computed beyond names and values."""
    start = phrase.lo
    while start < phrase.hi:
        end = phrase.find(SETS, start)
        yield from _of_arm(phrase.sub(start, end))
        start = end + 1 + (phrase.word(end + 1) in ("ALL", "DISTINCT"))


def _of_arm(arm: Phrase) -> Iterator[Effect]:
    """What the values of one SELECT or VALUES do."""
    for value in _values(arm):
        text = literal(value)
        known = judged(value) if text is None else value.code.reader.text(text, value.dialect, value.depth + 1)
        note = "the statement that a query returns is put together at run time"
        yield located(known or value.opaque(note, "dynamic"), value)


def _values(arm: Phrase) -> Iterator[Phrase]:
    """The expressions of VALUES rows or of a select list; the whole of anything else."""
    if arm.word(arm.lo) == "VALUES":
        for row in arm.sub(arm.lo + 1, arm.find(ENDS)).split():
            yield from row.inside(row.lo).split()
    elif arm.word(arm.lo) == "SELECT":
        start = arm.lo + 1 + (arm.word(arm.lo + 1) in ("DISTINCT", "ALL"))
        for item in arm.sub(start, arm.find(ENDS, start)).split():
            yield item.sub(item.lo, item.find(frozenset({"AS"})))
    else:
        yield arm
