"""The statements that turn an entry round, many rows in each, in an order that keys and unique columns allow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from safesql.backends.contract import Connection
from safesql.engine.undoing.detour import Pair, detour
from safesql.engine.undoing.order import Order, emptied, in_order
from safesql.engine.undoing.refers import Removed, still_referred
from safesql.engine.undoing.steps import Counts, Step, number_of, steps
from safesql.guard.effect import Name
from safesql.result import Row
from safesql.rewrite.images.capture import key_of
from safesql.rewrite.images.inverse import apart, changed, delete, insert, update, update_many
from safesql.rewrite.images.shape import Shape
from safesql.slotted import dataclass
from safesql.sql.dialect import Family
from safesql.store.journal.entry import Entry
from safesql.store.journal.journal import Change, Journal

MANY = 1000                # rows in one statement
LARGEST = 400_000          # bytes of values in one statement, well below what servers take in one message


@dataclass(frozen=True, slots=True)
class Inverse:
    """One statement, and the rows that the server must count for it: ``least`` to ``most``."""

    text: str
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Inverting:
    """``counts`` says how many rows of each table are "gone", "changed" and "added"; what is nowhere is not read."""

    connection: Connection
    journal: Journal
    entry: Entry
    shapes: tuple[Shape, ...]
    counts: Counts

    def statements(self) -> Iterator[Inverse]:
        """Each is made when the ones before were run; raises Drift where others refer to rows that would go."""
        order = in_order(self.connection, [shape.name for shape in self.shapes])
        ways = {
            Step.LET_GO: self._let_go, Step.REMOVE: self._removed, Step.CHANGE: self._changed,
            Step.PUT_BACK: self._put_back, Step.COMPLETE: self._completed,
        }  # fmt: skip
        for step, number in steps(self.shapes, order, self.counts):
            yield from ways[step](number, order)

    def _some(self, number: int, kind: str) -> Iterator[Change]:
        """The changes of one table, where it has such."""
        return self.journal.changes_of(self.entry, number) if self.counts[(number, kind)] else iter(())

    def _gone(self, number: int) -> Iterator[Row]:
        """Rows of one table that are to come back."""
        return (before for before, now in self._some(number, "gone") if before is not None and now is None)

    def _added(self, number: int) -> Iterator[Row]:
        """Rows of one table that are to be removed."""
        return (now for before, now in self._some(number, "added") if before is None and now is not None)

    def _put_back(self, number: int, order: Order) -> Iterator[Inverse]:
        """INSERTs."""
        shape, dialect = self.shapes[number], self.connection.dialect
        late = order.late(shape)
        for rows in batches(self._gone(number)):
            first = [emptied(row, late, dialect) for row in rows]
            yield Inverse(insert(shape, first, dialect), len(rows), len(rows))

    def _completed(self, number: int, order: Order) -> Iterator[Inverse]:
        """UPDATEs of rows that came back without their references to others."""
        shape, dialect = self.shapes[number], self.connection.dialect
        late = order.late(shape)
        if late:
            pairs = ((emptied(row, late, dialect), row) for row in self._gone(number))
            yield from self._updates(shape, (pair for pair in pairs if pair[0] is not pair[1]))

    def _changed(self, number: int, order: Order) -> Iterator[Inverse]:
        """UPDATEs of rows that are there; those that exchanged values make room for one another first."""
        shape, dialect = self.shapes[number], self.connection.dialect
        pairs = partial(self._pairs, number)
        way = detour(shape, pairs, order, dialect)
        if way is None:
            yield from self._updates(shape, pairs())
            return
        if way.empty:
            crossing = (now for now, _ in filter(way.takes, pairs()))
            yield from self._updates(shape, ((now, emptied(now, way.empty, dialect)) for now in crossing))
        elif way.goes:
            for rows in batches(now for now, _ in filter(way.takes, pairs())):
                yield Inverse(delete(shape, rows, dialect), len(rows), len(rows))
            for rows in batches(wanted for _, wanted in filter(way.takes, pairs())):
                yield Inverse(insert(shape, rows, dialect), len(rows), len(rows))
        yield from self._updates(shape, way.rest(pairs))

    def _pairs(self, number: int) -> Iterator[Pair]:
        """Rows of one table that are to be put right."""
        changes = self._some(number, "changed")
        return ((now, before) for before, now in changes if before is not None and now is not None)

    def _updates(self, shape: Shape, pairs: Iterable[Pair]) -> Iterator[Inverse]:
        """Many rows at once, but one by one where values have to be free before another row takes them."""
        dialect = self.connection.dialect
        alone = apart(shape)
        twice = 2 if dialect.family is Family.MYSQL else 1       # a row that is written over counts as two
        for batch in _paired(pairs):
            together: list[Row] = []
            places: set[int] = set()
            for now, wanted in batch:
                differ = changed(shape, now, wanted, dialect)
                if alone.intersection(differ):
                    yield Inverse(update(shape, now, wanted, dialect), 1, 1)
                elif differ:
                    together.append(wanted)
                    places.update(differ)
            if together:
                text = update_many(shape, together, sorted(places), dialect)
                yield Inverse(text, len(together), len(together) * twice)

    def _let_go(self, number: int, order: Order) -> Iterator[Inverse]:
        """UPDATEs of rows that would keep others from being removed."""
        shape, dialect = self.shapes[number], self.connection.dialect
        holding = order.holding(shape)
        pairs = ((row, emptied(row, holding, dialect)) for row in self._added(number) if holding)
        yield from self._updates(shape, (pair for pair in pairs if pair[0] is not pair[1]))

    def _removed(self, number: int, order: Order) -> Iterator[Inverse]:
        """DELETEs; where rows refer to one another, some take others along."""
        shape = self.shapes[number]
        for rows in batches(self._added(number)):
            still_referred(self.connection, shape, rows, order.around, self._goes)
            least = 0 if order.keys else len(rows)
            yield Inverse(delete(shape, rows, self.connection.dialect), least, len(rows))

    def _goes(self, name: Name) -> Removed | None:
        """The keys of all rows of a table that are removed as well; None where it is none of these tables."""
        number = number_of(name, self.shapes)
        if number < 0:
            return None
        shape, dialect = self.shapes[number], self.connection.dialect
        return shape, frozenset(key_of(shape, row, dialect) for row in self._added(number))


def batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """As many rows as go into one statement."""
    batch: list[Row] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += _size(row)
        if len(batch) == MANY or size > LARGEST:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _paired(pairs: Iterable[Pair]) -> Iterator[list[Pair]]:
    """As many pairs as go into one statement."""
    rest = iter(pairs)
    read: list[Row] = []
    wanted = map(partial(_noted, read), rest)
    for batch in batches(wanted):
        now, read[:] = read[: len(batch)], read[len(batch) :]
        yield list(zip(now, batch, strict=True))


def _noted(read: list[Row], pair: Pair) -> Row:
    """The row that is wanted; the one that is there is noted."""
    read.append(pair[0])
    return pair[1]


def _size(row: Row) -> int:
    """No less than about what the values take as literals; two hexadecimal digits for a byte at most."""
    return 2 * len(repr(row))
