"""Take an entry back: its rows compared with what they are now, then the inverse statements on the guarded road."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from safesql.backends.contract import Connection, Transaction
from safesql.engine.answers import NO_ANSWERS, Answers
from safesql.engine.session import Session
from safesql.engine.undoing.agreed import agreed, within_limits
from safesql.engine.undoing.arrived import AT_ONCE
from safesql.engine.undoing.inverting import Inverse, Inverting
from safesql.engine.undoing.keeper import UndoKeeper
from safesql.engine.undoing.steps import kind
from safesql.engine.undoing.witnessing import seen
from safesql.errors import Cancelled, ConnectionLost, Drift, OutcomeUnknown, Refused, SafesqlError, StatementFailed
from safesql.result import Row
from safesql.rewrite.images.capture import key_literals, key_of, rows_of_keys
from safesql.rewrite.images.settings import LITERAL, checking, made, taking, taking_now
from safesql.rewrite.images.shape import Shape, shape_of
from safesql.slotted import dataclass, field, replace
from safesql.sql.splitter import split
from safesql.sql.statement import Place, Statement
from safesql.store.journal.entry import Entry, State
from safesql.store.journal.journal import Change, Planned

SHOWN = 20                 # conflicts that are named
Run = Callable[[Statement], int | None]
"""Takes one statement down the guarded road, and returns the rows that the server counted."""


class Conflicts(Drift):
    """Rows were changed since; nothing was undone. ``found`` names some of them, table and key."""

    def __init__(self, number: int, found: list[str], count: int) -> None:
        self.found = found
        self.count = count
        named = ", ".join(found[:5]) + (" ..." if count > 5 else "")
        super().__init__(
            f"{count:,} rows are not as entry {number} left them: {named}; nothing was undone. "
            "See what changed them, or stage the undo and edit it"
        )


@dataclass(slots=True)
class Found:
    """Conflicts as they are met."""

    named: list[str] = field(default_factory=list)
    count: int = 0

    def note(self, shape: Shape, row: Row, session: Session) -> None:
        """One row that is not as it should be."""
        self.count += 1
        if len(self.named) < SHOWN:
            key = ", ".join(key_literals(shape, row, session.connection.dialect))
            self.named.append(f"{shape.name} ({key})")


def undoable(keeper: UndoKeeper, number: int | None) -> Entry:
    """The entry that is meant: this one, or the last of this place that can be; raises Refused saying why not."""
    entries = keeper.journal.entries()
    if number is not None:
        entry = keeper.journal.entry(number)
        if entry.place != keeper.place:
            raise Refused(f"entry {number} is of {entry.target}, and this is {keeper.target}; connect there to undo it")
        if entry.undoable:
            raise Refused(f"entry {number} cannot be undone: {entry.undoable}")
        return entry
    here = [entry for entry in entries.values() if entry.place == keeper.place and entry.undoes is None]
    able = [entry for entry in here if not entry.undoable]
    if not able:
        raise Refused("there is nothing here that could be undone; \\journal lists what there was")
    return max(able, key=lambda entry: entry.id)


def take_back(
    session: Session, keeper: UndoKeeper, entry: Entry, run: Run, answers: Answers = NO_ANSWERS
) -> int:
    """Undo in one transaction; returns the rows that were put right, and raises Conflicts when any is not as left.

    Whoever is asked is asked once, about all rows. The undo is an entry itself, so that it can be taken back as well.
    """
    connection = session.connection
    if connection.transaction is not Transaction.NONE:
        raise Refused("a transaction is open; COMMIT or ROLLBACK first, then undo")
    shapes = tuple(shape_of(table) for table in entry.tables)
    number = keeper.journal.plan(
        Planned(keeper.place, keeper.target, f"undo {entry.id}", entry.tables, entry.settings, undoes=entry.id)
    )
    keeper.paused = True
    state = State.ROLLED_BACK
    try:
        connection.begin()
        with agreed(session, entry):
            rows = _inside(_Work(session, keeper, entry, shapes), run, answers)
        keeper.journal.mark(number, State.COMMIT_SENT, rows=dict(entry.rows), witness=seen(connection))
        state = State.UNKNOWN
        connection.commit()
        state = State.COMMITTED
    except StatementFailed:
        state = State.ROLLED_BACK
        _back(connection)
        raise
    except (SafesqlError, KeyboardInterrupt) as error:
        if not isinstance(error, OutcomeUnknown) and state is not State.UNKNOWN:
            _back(connection)
        raise
    finally:
        keeper.paused = False
        keeper.journal.mark(number, state)
    return rows


def _back(connection: Connection) -> None:
    """Roll back what is open; a lost connection was rolled back by the server."""
    try:
        connection.rollback()
    except SafesqlError:
        return


def _inside(work: _Work, run: Run, answers: Answers) -> int:
    """Compare, change, compare; raises Conflicts, Drift, Declined, and what the statements raise."""
    connection, entry = work.session.connection, work.entry
    settings = made(entry.settings, connection.dialect)
    if settings is not None:
        connection.fetch(settings).summary()
    counts = work.compare(after=True)
    inverting = Inverting(connection, work.keeper.journal, entry, work.shapes, counts)
    with _every_value(connection), _checked_late(connection):
        for number, inverse in enumerate(inverting.statements(), start=1):
            (piece,) = split(inverse.text + ";", connection.dialect)
            if not isinstance(piece, Statement):
                raise Drift("what was kept makes no statement; nothing was undone")
            statement = replace(piece, place=Place(f"undo of entry {entry.id}", number))
            if number == 1:
                within_limits(work.session, entry, statement, answers)
            _put(statement, inverse, run)
    work.compare(after=False)
    return counts.total()


@contextmanager
def _every_value(connection: Connection) -> Iterator[None]:
    """MySQL takes zero dates, the number 0 and moments of any clock meanwhile; its session is set back, unless lost."""
    asked = taking_now(connection.dialect)
    if asked is None:
        yield
        return
    mode, zone = map(str, next(iter(connection.fetch(asked).rows())))
    connection.fetch(taking(*LITERAL, connection.dialect)).summary()
    try:
        yield
    finally:
        with suppress(ConnectionLost):
            if connection.transaction is Transaction.NONE:          # a deadlock ended it
                connection.begin()
            connection.fetch(taking(mode, zone, connection.dialect)).summary()


@contextmanager
def _checked_late(connection: Connection) -> Iterator[None]:
    """Rows may stand in each other's way meanwhile, where constraints are deferrable; raises Drift if they still do."""
    late, now = checking("DEFERRED", connection.dialect), checking("IMMEDIATE", connection.dialect)
    if late is None or now is None:
        yield
        return
    connection.fetch(late).summary()
    yield
    try:
        connection.fetch(now).summary()
    except StatementFailed as error:
        raise Drift(f"the server refuses to put rows back: {error}; nothing was undone") from error


def _put(statement: Statement, inverse: Inverse, run: Run) -> None:
    """One inverse statement; what the server refuses, such as a row that is there again, is a conflict."""
    try:
        rows = run(statement)
    except Cancelled:
        raise
    except StatementFailed as error:
        raise Drift(f"the server refuses to put rows back: {error}; nothing was undone") from error
    if rows is None or not inverse.least <= rows <= inverse.most:
        raise Drift(f"{inverse.least:,} rows were to be put right and the server counted {rows}; nothing was undone")


@dataclass(frozen=True, slots=True)
class _Work:
    """An entry on its way back."""

    session: Session
    keeper: UndoKeeper
    entry: Entry
    shapes: tuple[Shape, ...]

    def compare(self, *, after: bool) -> Counter[tuple[int, str]]:
        """Every row must be as the entry left it, or, once taken back, as it found it; raises Conflicts.

        Returns how many rows of each table are gone, changed and added.
        """
        found = Found()
        counts: Counter[tuple[int, str]] = Counter()
        for table, changes in self.keeper.journal.changes(self.entry):
            counts.update((table, kind(before, now)) for before, now in changes)
            for start in range(0, len(changes), AT_ONCE):
                self._compare(self.shapes[table], changes[start : start + AT_ONCE], found, after=after)
        if found.count and after:
            raise Conflicts(self.entry.id, found.named, found.count)
        if found.count:
            raise Drift(
                f"{found.count:,} rows did not become what they were ({', '.join(found.named[:3])}); rolled back, "
                "nothing was undone. A trigger or a default may have changed them"
            )
        return counts

    def _compare(self, shape: Shape, part: list[Change], found: Found, *, after: bool) -> None:
        """Some rows of one table, locked."""
        both = [(now or before, now if after else before) for before, now in part]
        pairs = [(image, wanted) for image, wanted in both if image is not None]
        if not pairs:
            return
        connection = self.session.connection
        dialect = connection.dialect
        rows = connection.fetch(rows_of_keys(shape, [image for image, _ in pairs], dialect, lock=True)).rows()
        known = {key_of(shape, row, dialect): row for row in rows}
        there = [known.get(key_of(shape, image, dialect)) for image, _ in pairs]
        if repr(there) == repr([wanted for _, wanted in pairs]):
            return
        for (image, wanted), row in zip(pairs, there, strict=True):
            if repr(row) != repr(wanted):
                found.note(shape, image, self.session)
