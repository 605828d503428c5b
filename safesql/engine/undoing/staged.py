"""An undo as a review file: one statement on a line, in one transaction, that stops by itself at a conflict."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from secrets import token_hex

from safesql.engine.session import Session
from safesql.engine.undoing.detour import Pair, detour
from safesql.engine.undoing.keeper import UndoKeeper
from safesql.engine.undoing.order import Order, emptied, in_order
from safesql.engine.undoing.steps import Step, kind, steps
from safesql.errors import CannotRecord, UsageError
from safesql.result import Row
from safesql.rewrite.images.checked import checked
from safesql.rewrite.images.inverse import update
from safesql.rewrite.images.settings import checking
from safesql.rewrite.images.shape import Shape, shape_of
from safesql.slotted import dataclass
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_string
from safesql.store.journal.entry import Entry
from safesql.store.journal.journal import Change
from safesql.store.private import open_private, why
from safesql.store.review import MARKER, inert

SET_FIRST = {
    Family.MYSQL: (
        "SET NAMES utf8mb4",
        "SET SESSION time_zone = '+00:00', sql_mode = 'NO_AUTO_VALUE_ON_ZERO'",
    ),
    Family.SQLITE: ("PRAGMA foreign_keys = ON",),
}


def stage_undo(session: Session, keeper: UndoKeeper, entry: Entry, path: Path) -> int:
    """Write the statements down; returns how many. Raises UsageError when the file is there, CannotRecord."""
    if path.exists():
        raise UsageError(f"{path} is there already; an undo goes to a file of its own")
    lines = 0
    descriptor = open_private(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            for line in _head(session, entry):
                file.write(line + "\n")
            for line in _changes(session, keeper, entry):
                lines += 1
                file.write(line + ";\n")
            file.write("COMMIT;\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)
        raise CannotRecord(f"{path} cannot be written: {why(error)}; nothing was staged") from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return lines


def opening(dialect: Dialect) -> Iterator[str]:
    """The lines that make psql and mariadb take nothing but SQL from the rest of a file.

    https://www.postgresql.org/docs/current/app-psql.html, https://mariadb.com/kb/en/mariadb-command-line-client/
    """
    yield MARKER
    if dialect.family is Family.POSTGRES:
        yield f"\\restrict {token_hex(16)}"
    if dialect.name == "mariadb":
        yield "/*M!999999\\- enable the sandbox mode */"


def _head(session: Session, entry: Entry) -> Iterator[str]:
    """What stops a client from running anything but SQL, what the file is, and what its values rely on."""
    dialect = session.connection.dialect
    yield from opening(dialect)
    yield f"-- undo of:  {entry.id}, {inert(' '.join(entry.statement.split())[:200])}"
    yield f"-- target:   {inert(entry.target)}"
    yield f"-- made:     {datetime.now(UTC).isoformat(timespec='seconds')}"
    yield "-- run it whole and stop at the first error: psql -v ON_ERROR_STOP=1, mysql without --force, sqlite3 -bail"
    for text in SET_FIRST.get(dialect.family, ()):
        yield f"{text};"
    if entry.settings:
        yield "SET client_encoding = 'UTF8';"
        yield "SET standard_conforming_strings = on;"
    yield "BEGIN;"
    late = checking("DEFERRED", dialect)
    if late is not None:
        yield f"{late.text};"
    for name, value in entry.settings.items():
        yield f"SELECT set_config({quote_string(name, dialect)}, {quote_string(value, dialect)}, true);"


def _changes(session: Session, keeper: UndoKeeper, entry: Entry) -> Iterator[str]:
    """The statements in the order of ``steps``, each row with a check of its own."""
    shapes = tuple(shape_of(table) for table in entry.tables)
    order = in_order(session.connection, [shape.name for shape in shapes])
    lines = _Lines(session, keeper, entry, shapes, order)
    ways = {
        Step.LET_GO: lines.let_go, Step.REMOVE: lines.removed, Step.CHANGE: lines.changed,
        Step.PUT_BACK: lines.put_back, Step.COMPLETE: lines.completed,
    }  # fmt: skip
    counts = Counter((number, kind(*change)) for number, found in keeper.journal.changes(entry) for change in found)
    for step, number in steps(shapes, order, counts):
        yield from ways[step](number)


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines for the rows of one table, read from the images each time, so that memory does not grow with them."""

    session: Session
    keeper: UndoKeeper
    entry: Entry
    shapes: tuple[Shape, ...]
    order: Order

    def let_go(self, number: int) -> Iterator[str]:
        """UPDATEs of rows that would keep others from being removed, or go along with them."""
        for now, free in self._added(number):
            if now is not free:
                yield from checked(self.shapes[number], now, free, self._dialect)

    def removed(self, number: int) -> Iterator[str]:
        """DELETEs of rows that were added."""
        for _, free in self._added(number):
            yield from checked(self.shapes[number], free, None, self._dialect)

    def changed(self, number: int) -> Iterator[str]:
        """UPDATEs; rows that exchanged values make room for one another first."""
        shape = self.shapes[number]
        pairs = partial(self._pairs, number)
        way = detour(shape, pairs, self.order, self._dialect)
        if way is not None and (way.empty or way.goes):
            for now, _ in filter(way.takes, pairs()):
                yield from checked(shape, now, way.halfway(now), self._dialect)
        if way is not None and way.goes:
            for _, wanted in filter(way.takes, pairs()):
                yield from checked(shape, None, wanted, self._dialect)
        for now, wanted in pairs() if way is None else way.rest(pairs):
            yield from checked(shape, now, wanted, self._dialect)

    def put_back(self, number: int) -> Iterator[str]:
        """INSERTs; a row that is there again is a duplicate key."""
        for early, _ in self._gone(number):
            yield from checked(self.shapes[number], None, early, self._dialect)

    def completed(self, number: int) -> Iterator[str]:
        """UPDATEs of rows that came back without their references to others."""
        for early, row in self._gone(number):
            if early is not row:
                yield update(self.shapes[number], early, row, self._dialect)

    def _gone(self, number: int) -> Iterator[tuple[Row, Row]]:
        """Rows as they go in first, and as they were."""
        late = self.order.late(self.shapes[number])
        for before, now in self._of(number):
            if before is not None and now is None:
                yield emptied(before, late, self._dialect), before

    def _added(self, number: int) -> Iterator[tuple[Row, Row]]:
        """Rows that are to be removed, as they are and without their references to others that go later."""
        late = self.order.late(self.shapes[number])
        for before, now in self._of(number):
            if before is None and now is not None:
                yield now, emptied(now, late, self._dialect)

    def _pairs(self, number: int) -> Iterator[Pair]:
        """Rows that are to be put right."""
        return ((now, before) for before, now in self._of(number) if before is not None and now is not None)

    def _of(self, number: int) -> Iterator[Change]:
        """The changes of one table."""
        return self.keeper.journal.changes_of(self.entry, number)

    @property
    def _dialect(self) -> Dialect:
        """How the file is read."""
        return self.session.connection.dialect
