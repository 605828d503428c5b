"""Whether a statement can be taken back, found out before anybody is asked about it; nothing is locked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from safesql.backends.contract import Connection, Transaction
from safesql.engine.cascades import foreign_keys
from safesql.engine.undoing.catalog import placed, settings_of, shaped
from safesql.engine.undoing.incoming import Incoming, incoming
from safesql.engine.undoing.order import in_order
from safesql.errors import SafesqlError
from safesql.guard.analysis import effect_of
from safesql.guard.effect import Effect, Name
from safesql.rewrite.closure.edge import Edge
from safesql.rewrite.closure.place import Place
from safesql.rewrite.closure.reach import Closure, reached
from safesql.rewrite.closure.start import Start, starts, taking
from safesql.rewrite.images.called import stored_functions
from safesql.rewrite.images.capture import rows_where
from safesql.rewrite.images.moving import limited, movable, total_order
from safesql.rewrite.images.reason import (
    ALL,
    COMES_AND_GOES,
    additions,
    filled_by,
    loses,
    mixed,
    overwrites,
    unforeseen,
    why_not,
    writes,
)
from safesql.rewrite.images.settings import lossy
from safesql.rewrite.images.shape import Shape
from safesql.rewrite.images.taken_apart import taken_apart
from safesql.rewrite.images.written_by import LARGEST, QUICK, size, told, written_by
from safesql.rewrite.selection import Refusal
from safesql.slotted import dataclass, field
from safesql.sql.dialect import Dialect, Family
from safesql.sql.statement import Statement


@dataclass(frozen=True, slots=True)
class Capture:
    """The rows of one table that a statement will change: where ``condition`` holds, the table under its own name.

    ``whole`` is false where one row may be changed twice by it, so that counts of changes cannot be compared.
    ``deletes`` is true where all of them go; ``picked`` where they should, but a LIMIT picks them when it runs.
    ``moves`` are the columns of the key that get other values, as written. ``named`` is true where the statement names
    no other rows, so that what it counts are these, without those that foreign keys reach. ``adds`` where rows may come
    as well, or under other keys, and are found by who wrote them; ``condition`` is empty where nothing else happens.
    """

    shape: Shape
    condition: str
    whole: bool = True
    deletes: bool = False
    picked: bool = False
    moves: Mapping[str, str] = field(default_factory=dict)
    named: bool = False
    adds: bool = False


@dataclass(frozen=True, slots=True)
class Outlook:
    """``reason`` says why it cannot be taken back; ``matters`` whether rows could be lost; neither: nothing to keep."""

    reason: str = ""
    matters: bool = False
    captures: tuple[Capture, ...] = ()
    incoming: Incoming | None = None
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def keeps(self) -> bool:
        """Whether there is something to keep."""
        return not self.reason and bool(self.captures or self.incoming)

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The tables, in the order in which images number them."""
        first = (self.incoming.shape,) if self.incoming else ()
        return (*first, *(capture.shape for capture in self.captures))


class _No(Exception):
    """It cannot be taken back, and why."""


def outlook(connection: Connection, statement: Statement) -> Outlook:
    """What could be kept of a statement; never raises for what the server refuses to tell."""
    effect = effect_of(statement)
    if statement.problem or not writes(effect):
        return Outlook()
    matters = loses(effect)
    reason = why_not(effect, statement)
    if not reason and connection.holds_locks:
        reason = "LOCK TABLES holds tables, which a transaction would release"
    if not reason and connection.transaction is Transaction.FAILED:
        reason = "the open transaction has failed"
    if reason:
        return Outlook(reason, matters)
    try:
        return _looked(connection, effect, statement, matters=matters)
    except _No as no:
        return Outlook(str(no), matters)
    except SafesqlError as error:
        return Outlook(f"what it changes could not be found out: {error}", matters)


def _looked(connection: Connection, effect: Effect, statement: Statement, *, matters: bool) -> Outlook:
    """With the catalog's answers."""
    settings = settings_of(connection)
    if lossy(settings):
        raise _No(lossy(settings))
    asked = stored_functions(statement)
    called = next((str(row[0]) for row in connection.query(asked).rows()), "") if asked else ""
    if called:
        raise _No(f"it calls {called}(), and what that changes is not kept")
    adding = next(additions(effect), None)
    if adding is not None and not mixed(effect):
        found = unforeseen(adding, statement) or incoming(connection, adding, effect, statement)
        if not isinstance(found, str):
            return Outlook("", matters, (), found, settings)
        if overwrites(effect) or not told(connection.dialect):
            raise _No(found)
    return Outlook("", matters, _taken(connection, effect, statement), None, settings)


def _taken(connection: Connection, effect: Effect, statement: Statement) -> tuple[Capture, ...]:
    """The rows of DELETE, UPDATE and MERGE, those that foreign keys reach from them, and the tables that get new ones.

    Raises _No.
    """
    filled = filled_by(effect, statement)
    names = tuple(dict.fromkeys((*(part.target for part in taking(effect, statement) if part.target), *filled)))
    places = placed(connection, names)
    adds = _filled(filled, places)
    found = tuple(_started(effect, statement, places))
    dialect = connection.dialect
    keys = foreign_keys(connection, tuple(dict.fromkeys((*(start.place.name for start in found), *adds))))
    behind = reached(found, keys, dialect)
    if behind.unknown:
        raise _No(behind.unknown)
    conditions = _conditions(found, behind, connection)
    for name in adds:
        conditions.setdefault(name, [])
    known = shaped(connection, tuple(conditions))
    for shape in known.values():
        if shape.hindrance:
            raise _No(shape.hindrance)
    moves = _moved(found, behind, known, keys, dialect)
    ordered = [_ordered(start, behind, known, connection) for start in found]
    stays = {start.place.name for start in found if not start.deletes} | {
        each.table for each in behind.reached if each.columns
    }
    if told(dialect) and len(found) > 1:
        adds |= {name for name, parts in conditions.items() if len(parts) > 1}
    for name in adds:
        _readable(connection, known[name], LARGEST if loses(effect) else QUICK)
    captures = tuple(
        Capture(
            known[name],
            " OR ".join(f"({part}\n)" for part in parts),
            len(parts) == 1,
            name not in stays and not any(ordered) and name not in adds,
            any(ordered),
            moves.get(name, {}),
            len(found) == 1 and len(parts) == 1 and name == found[0].place.name,
            name in adds,
        )
        for name, parts in _in_order(conditions, keys)
    )
    _untouched(connection, captures)
    return captures


def _untouched(connection: Connection, captures: Sequence[Capture]) -> None:
    """Raises _No where a trigger would fire as the rows change, or as they are put back."""
    if not any(capture.shape.triggers for capture in captures):
        return
    order = in_order(connection, [capture.shape.name for capture in captures])
    for capture in captures:
        once = (capture.deletes or capture.picked or not capture.condition) and not order.late(capture.shape)
        fires = capture.shape.fires(COMES_AND_GOES if once else ALL)
        if fires:
            raise _No(fires)


def _started(effect: Effect, statement: Statement, places: Mapping[Name, Place]) -> Iterator[Start]:
    """What the statement itself does to rows that are there; raises _No."""
    pieces = taken_apart(effect, statement)
    if isinstance(pieces, Refusal):
        raise _No(pieces.reason)
    for piece in pieces:
        found, missing = starts(effect if piece is statement else effect_of(piece), piece, places)
        if missing:
            raise _No(missing)
        yield from found


def _filled(names: Sequence[Name], places: Mapping[Name, Place]) -> set[Name]:
    """The tables that get new rows; raises _No where one is none."""
    for name in names:
        if name not in places or places[name].kind not in ("table", "partitioned"):
            raise _No(f"{name} is not a table")
    return {places[name].name for name in names}


def _readable(connection: Connection, shape: Shape, most: int) -> None:
    """Raises _No where looking for new rows would take too long, and StatementFailed where the server cannot."""
    size_now = int(str(next(iter(connection.query(size(shape, connection.dialect)).rows()))[0]))
    if size_now > most:
        raise _No(f"new rows of {shape.name} could be found only by reading all of it, {size_now >> 20:,} MB")
    probe = rows_where(shape, f"1 = 0 AND {written_by(())}", connection.dialect, lock=False)
    connection.query(probe).summary()


def _conditions(found: tuple[Start, ...], behind: Closure, connection: Connection) -> dict[Name, list[str]]:
    """The conditions for each table's rows."""
    conditions: dict[Name, list[str]] = {}
    for start in found:
        own = start.own(connection.dialect)
        if own is None:
            raise _No(f"{start.place.name} has no primary key to tell its rows apart")
        conditions.setdefault(start.place.name, []).append(own)
    for each in behind.reached:
        conditions.setdefault(each.table, []).append(each.condition)
    return conditions


def _moved(
    found: tuple[Start, ...], behind: Closure, known: Mapping[Name, Shape], keys: tuple[Edge, ...], dialect: Dialect
) -> dict[Name, Mapping[str, str]]:
    """The new values of keys, by which rows are found again, where one table alone changes; raises _No."""
    moves: dict[Name, Mapping[str, str]] = {}
    changed = [(start.place.name, set(start.changed), start) for start in found if not start.deletes]
    followers = [(each.table, {column.lower() for column in each.columns}, None) for each in behind.reached]
    for name, columns, start in (*changed, *followers):
        own = {column.lower() for edge in keys if edge.parent == edge.child == name for column in edge.parent_columns}
        if columns & own:
            raise _No(f"it changes what rows of {name} refer to in {name} itself")
        key = {column.lower(): column for column in known[name].key}
        if not columns & set(key):
            continue
        assigned = (start.assigned or ()) if start else ()
        given = {key[each.column.lower()]: each.value for each in assigned if each.column.lower() in key}
        alone = len(found) == 1 and not behind.reached and not any(edge.parent == name for edge in keys)
        values = {column: value for column, value in given.items() if value is not None}
        plain = start is not None and start.taken.condition is not None and not start.taken.tail
        if not (alone and plain and values and len(values) == len(given) and movable(known[name], values, dialect)):
            raise _No(f"it changes the key of {name}, by which its rows are found again")
        moves[name] = values
    return moves


def _ordered(start: Start, behind: Closure, known: Mapping[Name, Shape], connection: Connection) -> bool:
    """Whether a LIMIT picks the rows that go, in an order that tells all of them apart; raises _No where it does not.

    Rows that stay do not show whether others were picked: they have to be locked, as MariaDB locks what it reads
    FOR UPDATE in subqueries as well, or nobody else may write at all.
    """
    dialect = connection.dialect
    if not limited(start.taken.tail, dialect):
        return False
    alone = connection.transaction is Transaction.NONE and dialect.name == "mariadb"
    certain = start.deletes or alone or dialect.family is Family.SQLITE
    if not certain or behind.reached or not total_order(start.taken.tail, known[start.place.name], dialect):
        raise _No("which rows it takes under its LIMIT is certain only when it runs")
    return start.deletes


def _in_order(conditions: dict[Name, list[str]], keys: tuple[Edge, ...]) -> list[tuple[Name, list[str]]]:
    """Parents before those that refer to them; where foreign keys form a circle, in the order of discovery."""
    waiting = dict(conditions)
    done: list[tuple[Name, list[str]]] = []
    while waiting:
        free = next((name for name in waiting if not _refers(name, set(waiting) - {name}, keys)), next(iter(waiting)))
        done.append((free, waiting.pop(free)))
    return done


def _refers(name: Name, others: set[Name], keys: tuple[Edge, ...]) -> bool:
    """Whether a table refers to one of these."""
    return any(edge.child == name and edge.parent in others for edge in keys)
