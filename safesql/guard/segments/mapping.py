"""The segments of judged statements, in order; a million statements that stand for themselves are one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from safesql.guard.effect import Effect
from safesql.guard.segments.advice import Advice
from safesql.guard.segments.bond import Bond, bond, chained, turns_autocommit
from safesql.guard.segments.segment import End, Point, Segment
from safesql.guard.verdict import Verdict
from safesql.slotted import dataclass, field
from safesql.sql.dialect import Family
from safesql.sql.statement import Ending

SAVEPOINTS = frozenset({"SAVEPOINT", "RELEASE SAVEPOINT"})


@dataclass(slots=True)
class Mapping:
    """Fed with verdicts by ``add``; changes as it reads. ``atomic`` is -1: safesql opens and ends the transaction."""

    atomic: bool = False
    advice: Advice = field(default_factory=Advice)
    _number: int = 0
    _autocommit: bool = True
    _open: bool = False                 # whether a transaction is, by the statements so far
    _outer: str = ""                    # the savepoint that opened it
    _group: bool = False                # whether psql's \\; opened it
    _first: Point | None = None         # of the segment that is being read
    _last: Point | None = None
    _statements: int = 0
    _changing: int = 0

    def add(self, verdict: Verdict) -> Iterator[Segment]:
        """The segments that are over with this statement, the next of the script."""
        effect, statement = verdict.effect, verdict.statement
        self._number += 1
        here, kind = Point.of(self._number, statement, effect), self._kind(verdict)
        if self.atomic:
            self._take(here, effect)
            return
        self.advice.met(here, verdict, kind, self._first if self._open else None)
        autocommit = turns_autocommit(effect)
        yield from self._before(here, effect, kind, joins=statement.ending is Ending.JOINED)
        yield from self._itself(here, effect, kind, chains=kind in (Bond.COMMITS, Bond.UNDOES) and chained(statement))
        if autocommit is not None:
            self._autocommit = autocommit
        if self._group and statement.ending is not Ending.JOINED:
            yield from self._over(End.COMMIT, here)

    def rest(self) -> Iterator[Segment]:
        """The segment that the end of the script ends."""
        if self.atomic:
            yield from self._over(End.COMMIT)
        elif self._open:
            if self._first is not None and self._changing:
                self.advice.left_open(self._first)
            yield from self._over(End.LEFT)
        else:
            yield from self._over(End.ITSELF)

    def _kind(self, verdict: Verdict) -> Bond:
        """The bond; in SQLite the first savepoint opens a transaction, and its release commits.

        https://www.sqlite.org/lang_savepoint.html
        """
        kind, statement = bond(verdict.effect, verdict.statement), verdict.statement
        if statement.dialect.family is not Family.SQLITE or verdict.effect.verb not in SAVEPOINTS:
            return kind
        name = statement.tokens[-1].text.strip('"`[]\'').lower()
        if verdict.effect.verb == "SAVEPOINT":
            self._outer = self._outer if self._open else name
            return kind if self._open else Bond.OPENS
        return Bond.COMMITS if self._open and name == self._outer else kind

    def _before(self, here: Point, effect: Effect, kind: Bond, *, joins: bool) -> Iterator[Segment]:
        """What a statement ends, and what it opens, before it is part of anything."""
        if (self._open and kind is Bond.BREAKS) or (self._open and kind is Bond.OPENS and effect.commits):
            yield from self._over(End.BROKEN, here)
        opens = kind is Bond.OPENS or joins or (not self._autocommit and kind is Bond.INSIDE and effect.changes)
        if not self._open and opens:
            outer = self._outer
            yield from self._over(End.ITSELF)
            self._outer = outer
            self._open, self._group = True, joins and kind is not Bond.OPENS

    def _itself(self, here: Point, effect: Effect, kind: Bond, *, chains: bool) -> Iterator[Segment]:
        """The statement as a part of what is open now."""
        self._take(here, effect)
        if self._open and kind in (Bond.COMMITS, Bond.UNDOES):
            yield from self._over(End.COMMIT if kind is Bond.COMMITS else End.ROLLBACK, here)
            self._open = chains

    def _take(self, here: Point, effect: Effect) -> None:
        """One statement more."""
        self._first = self._first or here
        self._last = here
        self._statements += 1
        self._changing += effect.changes

    def _over(self, end: End, by: Point | None = None) -> Iterator[Segment]:
        """The segment that was being read, unless it is empty."""
        if self._first is not None and self._last is not None:
            yield Segment(end, self._first, self._last, self._statements, self._changing, by)
        self._first = self._last = None
        self._statements = self._changing = 0
        self._open, self._group, self._outer = False, False, ""


def segments(verdicts: Iterable[Verdict], *, atomic: bool = False) -> Iterator[Segment]:
    """All segments of a script, as they end."""
    reading = Mapping(atomic=atomic)
    for verdict in verdicts:
        yield from reading.add(verdict)
    yield from reading.rest()
