"""How many rows a statement would touch now, counted by probes within a time limit; nothing is locked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import monotonic

from safesql.backends.contract import Connection, Transaction
from safesql.engine.cascades import Cascades, cascades, placed
from safesql.engine.touched import Touched
from safesql.errors import SafesqlError, StatementFailed
from safesql.guard.effect import Name
from safesql.guard.verdict import Verdict
from safesql.result import Result
from safesql.rewrite.closure.reach import Fate, Reached
from safesql.rewrite.count import SECONDS, Count, counts
from safesql.rewrite.filling import overwriting
from safesql.rewrite.probe import Probe
from safesql.rewrite.reading import count_reached, count_selected
from safesql.rewrite.sample import Types, samples
from safesql.rewrite.selection import Refusal
from safesql.rewrite.statistics import estimated
from safesql.rewrite.storing import types
from safesql.slotted import dataclass, replace
from safesql.sql.dialect import Family

LARGE = 100_000          # rows above which the server's own guess at the size of a table will do
SHARE = 0.6              # of the time that is left goes to one count at most, so that the rest is not left out
LEAST = 0.05             # seconds that a probe is given at least
LATE = 0.9               # of its time: a probe that failed after that was stopped by its limit
READ_ONLY = "25006"      # SQLSTATE of a probe whose function writes: it fails in the probe, not in the statement


@dataclass(slots=True)
class Budget:
    """The time that all probes of one question may take together."""

    end: float

    def probe(self, probe: Probe, share: float = 1.0) -> Probe:
        """A probe limited to what is left."""
        left = max(LEAST, (self.end - monotonic()) * share)
        return replace(probe, seconds=min(left, probe.seconds or left))


def touched(
    connection: Connection, verdict: Verdict, seconds: float = SECONDS, found: Cascades | None = None
) -> tuple[Touched, ...]:
    """The rows of each table that the statement writes to, then those that foreign keys reach; never raises.

    A count that takes too long is an estimate, or None where the server has no estimate. ``found`` are the
    statement's cascades, where they are known already.
    """
    if connection.transaction is Transaction.FAILED:
        return ()
    listed = counts(verdict.effect, verdict.statement)
    if not listed and not any(overwriting(verdict.effect)):
        return ()
    budget = Budget(monotonic() + seconds)
    found = found or cascades(connection, verdict)
    own = (_counted(connection, count, found, budget) for count in listed if not (count.added and found.filled))
    return (*own, *_filled(connection, found, budget), *_reached(connection, found, budget))


def sampled(connection: Connection, verdict: Verdict, limit: int = 20) -> Iterator[Result]:
    """The first rows that each part of the statement would touch; raises StatementFailed as the server does.

    Where what an UPDATE assigns cannot be asked for beside its rows, the rows alone are shown.
    """
    for _, probes in samples(verdict.effect, verdict.statement, limit, _types(connection, verdict)):
        yield _first_that_works(connection, probes)


def _types(connection: Connection, verdict: Verdict) -> Types:
    """The types of the columns that get values; none where the server does not tell."""
    names = tuple(dict.fromkeys(part.target for part in verdict.effect.of("UPDATE", "MERGE") if part.target))
    fold = connection.dialect.family is not Family.POSTGRES
    found: dict[Name, dict[str, str]] = {}
    try:
        for name, place in (placed(connection, names) if names else {}).items():
            rows = connection.query(types(place.name, connection.dialect)).rows()
            found[name] = {str(row[0]).lower() if fold else str(row[0]): str(row[1]) for row in rows}
    except SafesqlError:
        return {}
    return found


def _first_that_works(connection: Connection, probes: Sequence[Probe]) -> Result:
    """Raises what the last one does."""
    for probe in probes[:-1]:
        try:
            return connection.query(probe)
        except StatementFailed:
            continue
    return connection.query(probes[-1])


def number(connection: Connection, probe: Probe) -> int:
    """The one number that a count query answers."""
    result = connection.query(probe)
    rows = [row for chunk in result for row in chunk]
    result.summary()
    return int(str(rows[0][0])) if rows else 0


def _counted(connection: Connection, count: Count, found: Cascades, budget: Budget) -> Touched:
    """One table, matched and total."""
    name = str(count.target)
    word = "new rows" if count.added else "rows"
    if count.matched is None:
        return Touched(name, reason=count.reason)
    about = found.about(count.target)
    probe, started = budget.probe(count.matched, SHARE), monotonic()
    try:
        rows = number(connection, probe)
        exact = count.exact or found.keyed(count.target)
    except SafesqlError as error:
        late = monotonic() - started >= (probe.seconds or 0.0) * LATE
        ours = late or getattr(error, "code", "") == READ_ONLY              # what else fails, fails the statement too
        guess = about if count.whole and about else _guess(connection, count, budget) if ours else None
        if guess is None:
            return Touched(name, reason=str(error), of=about, of_exact=False)
        rows, exact = guess, False
    if count.added:
        return Touched(name, rows, exact=exact, word=word, arm=count.verb)
    if count.whole:
        return Touched(name, rows, rows, exact, of_exact=exact)
    of, sure = _total(connection, count.total, about, budget)
    rows = rows if exact or of is None or not sure else min(rows, of)     # a planner guesses without looking
    return Touched(name, rows, of, exact, of_exact=sure, arm=count.verb)


def _guess(connection: Connection, count: Count, budget: Budget) -> int | None:
    """The planner's number."""
    if count.guess is None:
        return None
    try:
        result = connection.query(budget.probe(count.guess))
        names = [column.name for column in result.columns]
        return estimated(names, list(result.rows()), connection.dialect)
    except SafesqlError:
        return None


def _total(connection: Connection, probe: Probe | None, about: int | None, budget: Budget) -> tuple[int | None, bool]:
    """The size of a table, and whether it was counted: of a large one the server's own guess does."""
    if probe is None or (about is not None and about > LARGE):
        return about, False
    try:
        return number(connection, budget.probe(probe)), True
    except SafesqlError:
        return about, False


def _filled(connection: Connection, found: Cascades, budget: Budget) -> Iterator[Touched]:
    """New rows, and those that they take the place of: of these the new ones are no further rows."""
    for place, each in found.filled:
        name = found.called(place.name)
        if isinstance(each, Refusal):
            yield Touched(name, reason=each.reason)
            continue
        how = "replaced by new ones" if each.replaces else "with new values"
        for taken, word, arm in ((each.added, "new rows", ""), (each.overwritten, "rows", how)):
            try:
                rows = number(connection, budget.probe(count_selected(taken)))
            except SafesqlError as error:
                yield Touched(name, reason=str(error), arm=arm, among=bool(arm))
                continue
            yield Touched(name, rows, exact=not arm or each.exact, word=word, arm=arm, among=bool(arm))


def _reached(connection: Connection, found: Cascades, budget: Budget) -> Iterator[Touched]:
    """The tables behind; those without such rows are left out."""
    if found.closure.unknown:
        yield Touched("other tables", reason=found.closure.unknown, fate=Fate.DELETE)
    for reached in found.closure.reached:
        table = _one(connection, reached, found, budget)
        if table.rows != 0:
            yield table


def _one(connection: Connection, reached: Reached, found: Cascades, budget: Budget) -> Touched:
    """One table that foreign keys reach."""
    name = found.called(reached.table)
    try:
        rows = number(connection, budget.probe(count_reached(reached, connection.dialect)))
    except SafesqlError as error:
        return Touched(name, reason=str(error), fate=reached.fate)
    return Touched(name, rows, fate=reached.fate)


