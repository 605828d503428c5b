"""What an expression is worth before any row is read."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum, IntEnum
from typing import NamedTuple

from safesql.guard.effect import Extent
from safesql.guard.predicate.truth import Truth, plain


class Depends(IntEnum):
    """What an expression changes with, from nothing to everything; an operation has the highest of its operands."""

    NOTHING = 0       # a constant
    SESSION = 1       # the same for every row: parameters, now(), an uncorrelated subquery
    OTHER = 2         # the rows of another table, which are no restriction by themselves
    LOOSE = 3         # a column in a subquery that may be the subquery's own or the target's
    ROW = 4           # the target's row


class Sort(Enum):
    """The kind of a constant, as far as comparing needs it."""

    NULL = "null"
    BOOLEAN = "boolean"
    NUMBER = "number"
    TEXT = "text"            # a string with a type
    LITERAL = "literal"      # PostgreSQL: a bare string, which takes the type of what it meets
    MOMENT = "moment"        # a date or a time, as written
    BINARY = "binary"        # b'1', x'01', 0x01: compared bit by bit with its like, and little else


class Constant(NamedTuple):
    """A value known from the text."""

    sort: Sort
    value: bool | int | float | Decimal | str | None


class Value(NamedTuple):
    """An expression: ``key`` names it, so that equal keys are equal values; ``items`` are those of a row or an array.

    ``truth`` is what it is as a condition; with ``logical`` its value is no more than that (true, false, 1, 0).
    ``cases`` are the conditions and the results of a CASE, one result more for ELSE.
    ``sure`` values are never NULL, and none is below its ``floor`` or above its ``ceiling``.
    ``least_of`` and ``most_of`` are the keys of which it is the minimum or the maximum of rows that the row is among.
    ``among`` is what a subquery holds for the row itself. ``shift`` is how much more it is than the value of a key.
    ``without_null`` is the key it has in rows without NULL. ``span`` is the sign of an interval, ``later`` a key with
    the sign of how much later than that it is.
    """

    depends: Depends
    key: int
    constant: Constant | None = None
    truth: Truth | None = None
    items: tuple[Value, ...] | None = None
    logical: bool = True
    cases: tuple[tuple[Value, ...], tuple[Value, ...]] | None = None
    sure: bool = False
    floor: int | None = None
    ceiling: int | None = None
    without_null: int = 0
    least_of: int = 0
    most_of: int = 0
    among: Value | None = None
    shift: tuple[int, int | float | Decimal] | None = None
    span: int = 0
    later: tuple[int, int] | None = None

    @property
    def plain(self) -> int:
        """Its name in rows without NULL: COALESCE(a, 0) is a there."""
        return self.without_null or self.key

    @property
    def extent(self) -> Extent:
        """How many rows it picks when nothing more is known of it than what it depends on."""
        return extent(self.depends)


NULL = Constant(Sort.NULL, None)


def extent(depends: Depends) -> Extent:
    """A condition restricts when it looks at the target's row."""
    return Extent.SOME if depends is Depends.ROW else Extent.UNKNOWN


class Keys:
    """Names for expressions: one number for each shape, so that deep ones compare at once."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], int] = {}
        self._fresh = 0
        self._columns: dict[int, str] = {}
        self.turned: dict[int, tuple[str, Value]] = {}     # what -x and ~x are of, by the number they have
        self.read: dict[tuple[object, ...], Truth | None] = {}

    def of(self, *shape: object) -> int:
        """The number of this shape, the same each time."""
        return self._known.setdefault(shape, len(self._known) + self._fresh + 1)

    def column(self, name: str) -> int:
        """The number of a column of the written table."""
        key = self.of("column", name)
        self._columns[key] = name
        return key

    def column_of(self, key: int) -> str:
        """The column with this number; empty for anything else."""
        return self._columns.get(key, "")

    def fresh(self) -> int:
        """A number that no other expression has: random() is not random()."""
        self._fresh += 1
        return len(self._known) + self._fresh

    def constant(self, constant: Constant) -> Value:
        """A value for a constant."""
        shape = (constant.sort, type(constant.value), str(constant.value))
        return Value(Depends.NOTHING, self.of(*shape), constant)

    def unknown(self) -> Value:
        """A value nothing is known of."""
        return Value(Depends.SESSION, self.fresh())

    def made(self, operation: str, operands: tuple[Value, ...]) -> Value:
        """The result of an operation of which only its name and operands are known."""
        depends = max((operand.depends for operand in operands), default=Depends.SESSION)
        key = self.of(operation, *(operand.key for operand in operands))
        return Value(max(depends, Depends.SESSION), key)


def opaque(value: Value) -> Truth:
    """The truth of an expression that is not a condition."""
    return plain(value.extent, value.key)
