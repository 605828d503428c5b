"""Take an entry back: its rows compared with what they are now, then the inverse statements on the guarded road."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from safesql.backends.contract import Connection, Transaction
from safesql.engine.session import Session
from safesql.engine.undoing.keeper import AT_ONCE, UndoKeeper
from safesql.engine.undoing.order import in_order
from safesql.engine.undoing.refers import still_referred
from safesql.engine.undoing.witnessing import seen
from safesql.errors import Cancelled, ConnectionLost, Drift, OutcomeUnknown, Refused, SafesqlError, StatementFailed
from safesql.result import Row
from safesql.rewrite.closure.edge import Edge
from safesql.rewrite.images.capture import key_literals, key_of, rows_of_keys
from safesql.rewrite.images.inverse import delete, update
from safesql.rewrite.images.settings import LITERAL, made, sql_mode, with_sql_mode
from safesql.rewrite.images.shape import Shape, shape_of
from safesql.sql.splitter import split
from safesql.sql.statement import Statement
from safesql.store.journal.entry import Entry, State
from safesql.store.journal.journal import Change, Planned

SHOWN = 20                 # conflicts that are named
MANY = 200                 # rows in one INSERT or DELETE
Run = Callable[[Statement], None]
"""Takes one statement down the guarded road."""


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


def take_back(session: Session, keeper: UndoKeeper, entry: Entry, run: Run) -> int:
    """Undo in one transaction; returns the rows that were put right, and raises Conflicts when any is not as left.

    The undo is an entry itself, so that it can be taken back as well.
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
        rows = _inside(session, keeper, entry, shapes, run)
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


def _inside(session: Session, keeper: UndoKeeper, entry: Entry, shapes: tuple[Shape, ...], run: Run) -> int:
    """Compare, change, compare; raises Conflicts, Drift, and what the statements raise."""
    connection = session.connection
    settings = made(entry.settings, connection.dialect)
    if settings is not None:
        connection.fetch(settings).summary()
    _compare(session, keeper, entry, shapes, after=True)
    with _every_value(connection):
        for statement in statements(session, keeper, entry, shapes):
            for piece in split(statement + ";", connection.dialect):
                if isinstance(piece, Statement):
                    _put(piece, run)
    _compare(session, keeper, entry, shapes, after=False)
    return sum(len(changes) for _, changes in keeper.journal.changes(entry))


@contextmanager
def _every_value(connection: Connection) -> Iterator[None]:
    """MySQL takes zero dates and the number 0 meanwhile; its session is set back, unless it is lost."""
    asked = sql_mode(connection.dialect)
    if asked is None:
        yield
        return
    mode = str(next(iter(connection.fetch(asked).rows()))[0])
    connection.fetch(with_sql_mode(LITERAL, connection.dialect)).summary()
    try:
        yield
    finally:
        with suppress(ConnectionLost):
            if connection.transaction is Transaction.NONE:          # a deadlock ended it
                connection.begin()
            connection.fetch(with_sql_mode(mode, connection.dialect)).summary()


def _put(statement: Statement, run: Run) -> None:
    """One inverse statement; what the server refuses, such as a row that is there again, is a conflict."""
    try:
        run(statement)
    except Cancelled:
        raise
    except StatementFailed as error:
        raise Drift(f"the server refuses to put rows back: {error}; nothing was undone") from error


def _compare(session: Session, keeper: UndoKeeper, entry: Entry, shapes: tuple[Shape, ...], *, after: bool) -> None:
    """Every row must be as the entry left it, or, once taken back, as it found it; raises Conflicts."""
    connection = session.connection
    found = Found()
    for table, changes in keeper.journal.changes(entry):
        shape = shapes[table]
        for start in range(0, len(changes), AT_ONCE):
            part = changes[start : start + AT_ONCE]
            _compare_part(connection, session, shape, part, found, after=after)
    if found.count and after:
        raise Conflicts(entry.id, found.named, found.count)
    if found.count:
        raise Drift(
            f"{found.count:,} rows did not become what they were ({', '.join(found.named[:3])}); rolled back, nothing "
            "was undone. A trigger or a default may have changed them"
        )


def _compare_part(
    connection: Connection, session: Session, shape: Shape, part: list[Change], found: Found, *, after: bool
) -> None:
    """Some rows of one table, locked."""
    images = [now or before for before, now in part]
    keys = [image for image in images if image is not None]
    if not keys:
        return
    rows = connection.fetch(rows_of_keys(shape, keys, connection.dialect, lock=True)).rows()
    known = {key_of(shape, row, connection.dialect): row for row in rows}
    for (before, now), image in zip(part, images, strict=True):
        if image is None:
            continue
        wanted = now if after else before
        if repr(known.get(key_of(shape, image, connection.dialect))) != repr(wanted):
            found.note(shape, image, session)


def statements(session: Session, keeper: UndoKeeper, entry: Entry, shapes: tuple[Shape, ...]) -> Iterator[str]:
    """The inverse statements, in an order that foreign keys and unique columns allow.

    Rows go back before those that were added are removed, for others may have to let go of these first; within one
    table it is the other way round, since a row that was added or changed may stand where another one was.
    """
    order = in_order(session.connection, [shape.name for shape in shapes])
    numbers = sorted(range(len(shapes)), key=lambda number: order.index(shapes[number].name))
    tables = [(number, shapes[number]) for number in reversed(numbers)]
    removing = _removals(session, (keeper, entry), tables, order.around)
    if len(shapes) == 1:
        yield from removing
    later: list[str] = []
    of, dialect = keeper.journal.changes_of, session.connection.dialect
    for number in numbers:
        changed = (
            text
            for before, now in of(entry, number)
            if before is not None and now is not None and (text := update(shapes[number], now, before, dialect))
        )
        if len(shapes) == 1 and not order.keys:
            yield from changed
        gone = (before for before, now in of(entry, number) if before is not None and now is None)
        for text, again in order.inserts(shapes[number], gone, dialect):
            later += again
            yield text
        yield from changed
    yield from later
    if len(shapes) > 1:
        yield from removing


def _removals(
    session: Session, of: tuple[UndoKeeper, Entry], tables: list[tuple[int, Shape]], keys: Sequence[Edge]
) -> Iterator[str]:
    """DELETEs of rows that were added, children before their parents; raises Drift where others refer to them."""
    keeper, entry = of
    for number, shape in tables:
        added = (
            now for before, now in keeper.journal.changes_of(entry, number) if before is None and now is not None
        )
        for rows in _batches(added):
            still_referred(session.connection, shape, rows, keys)
            yield delete(shape, rows, session.connection.dialect)


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """A few rows at a time."""
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == MANY:
            yield batch
            batch = []
    if batch:
        yield batch
