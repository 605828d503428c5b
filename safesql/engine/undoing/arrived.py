"""The rows that came with a statement: found by the keys it brought, by new numbers, or by who wrote them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from safesql.backends.contract import Connection
from safesql.errors import Drift, Refused
from safesql.result import Row
from safesql.slotted import dataclass
from safesql.store.journal.frames import FrameWriter
from safesql.store.journal.journal import Journal

if TYPE_CHECKING:
    from safesql.engine.undoing.running import Running

AT_ONCE = 500              # rows whose keys are asked for together


def foresee(connection: Connection, run: Running) -> None:
    """The keys that rows will have, asked for while the rows are locked."""
    from safesql.rewrite.images.capture import keys_to_be

    for table, capture in enumerate(run.outlook.captures):
        if capture.moves:
            probe = keys_to_be(capture.shape, capture.condition, capture.moves, connection.dialect)
            run.moved[table] = list(connection.fetch(probe).rows())


def held(connection: Connection, run: Running) -> frozenset[str]:
    """The numbers under which this transaction has written, where that is how rows are found; before all else."""
    from safesql.rewrite.images.written_by import numbers_held

    if not any(capture.adds for capture in run.outlook.captures):
        return frozenset()
    return frozenset(str(row[0]) for row in connection.fetch(numbers_held()).rows())


@dataclass(frozen=True, slots=True)
class Arrived:
    """What came, after the statement; ``most`` rows may be added."""

    connection: Connection
    journal: Journal
    run: Running
    most: int

    def keep(self, writer: FrameWriter) -> None:
        """Write them behind the rows after; raises Drift where not all are found again, Refused where they are many."""
        self._added(writer)
        self._moved(writer)
        self._written(writer)

    def _had(self, table: int) -> set[Row]:
        """The keys of the rows before."""
        from safesql.rewrite.images.capture import key_of

        shape, dialect = self.run.outlook.shapes[table], self.connection.dialect
        return {
            key_of(shape, row, dialect)
            for _, part in self.journal.rows_before(self.run.number, table) for row in part if row is not None
        }  # fmt: skip

    def _put(self, table: int, condition: str, had: set[Row], writer: FrameWriter) -> None:
        """Those among the rows of a condition that were not there before."""
        from safesql.rewrite.images.capture import key_of, rows_where

        shape, dialect, tally = self.run.outlook.shapes[table], self.connection.dialect, self.run.tally
        result = self.connection.fetch(rows_where(shape, condition, dialect, lock=False))
        writer.table(table)
        for chunk in result:
            rows = [row for row in chunk if key_of(shape, row, dialect) not in had]
            tally.added[table] += len(rows)
            if sum(tally.added.values()) > self.most:
                raise Refused(f"more than {self.most:,} rows were added (undo_max_rows); rolled back")
            if rows:
                writer.put(rows)
        result.summary()

    def _added(self, writer: FrameWriter) -> None:
        """The rows that an INSERT added, by their keys and numbers."""
        from safesql.rewrite.images.capture import above

        incoming, run = self.run.outlook.incoming, self.run
        if incoming is None:
            return
        conditions = [incoming.arriving.condition] if incoming.arriving.condition else []
        conditions += [above(incoming.shape, run.last[0], self.connection.dialect)] if 0 in run.last else []
        self._put(0, " OR ".join(conditions), run.there, writer)

    def _written(self, writer: FrameWriter) -> None:
        """The rows that the statement wrote, by the numbers that the transaction has since then."""
        from safesql.rewrite.images.written_by import numbers_held, written_by

        tables = [table for table, capture in enumerate(self.run.outlook.captures) if capture.adds]
        if not tables:
            return
        now = {str(row[0]) for row in self.connection.fetch(numbers_held()).rows()}
        for table in tables:
            self._put(table, written_by(sorted(now - self.run.held)), self._had(table), writer)

    def _moved(self, writer: FrameWriter) -> None:
        """Rows under keys that no row had before: what was there is counted as changed."""
        from safesql.rewrite.images.capture import key_of

        run, dialect = self.run, self.connection.dialect
        for table, images in run.moved.items():
            shape, had = run.outlook.shapes[table], self._had(table)
            there = 0
            writer.table(table)
            for rows in self._under(table, images):
                there += len(rows)
                fresh = [row for row in rows if key_of(shape, row, dialect) not in had]
                if fresh:
                    writer.put(fresh)
            if there != run.tally.before[table]:
                raise Drift(
                    f"{run.tally.before[table] - there} rows of {shape.name} could not be found again by their new "
                    "keys; rolled back, nothing changed"
                )
            run.tally.gone[table], run.tally.changed[table] = 0, there

    def _under(self, table: int, images: list[Row]) -> Iterator[list[Row]]:
        """The rows that have the keys of these images now, some at a time."""
        from safesql.rewrite.images.capture import rows_of_keys

        shape, dialect = self.run.outlook.shapes[table], self.connection.dialect
        for start in range(0, len(images), AT_ONCE):
            probe = rows_of_keys(shape, images[start : start + AT_ONCE], dialect)
            yield list(self.connection.fetch(probe).rows())
