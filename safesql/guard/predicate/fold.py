"""What all steps of reading one condition share: the dialect, the names, and conditions joined by AND, OR and NOT."""

from __future__ import annotations

from collections.abc import Sequence

from safesql.guard.effect import Extent
from safesql.guard.predicate import constants, truth
from safesql.guard.predicate.names import Scope
from safesql.guard.predicate.truth import Truth
from safesql.guard.predicate.value import NULL, Constant, Depends, Keys, Sort, Value, opaque
from safesql.slotted import dataclass, field
from safesql.sql.dialect import Dialect, Family

_REST = {
    Extent.NONE: Extent.ALL, Extent.SOME: Extent.SOME, Extent.ALL: Extent.NONE, Extent.UNKNOWN: Extent.UNKNOWN,
}
_KEY = "id"           # a key wherever it is met: its IS NOT NULL is written where there has to be a WHERE


class NotUnderstood(Exception):
    """The condition is not one that is understood here; its extent is UNKNOWN."""


@dataclass(frozen=True, slots=True)
class Fold:
    """``quoted_texts`` reads SQLite's "x" as a string, which it is when no column has that name."""

    dialect: Dialect
    scope: Scope
    quoted_texts: bool = False
    depth: int = 0
    keys: Keys = field(default_factory=Keys)

    @property
    def family(self) -> Family:
        """The grammar of the server."""
        return self.dialect.family

    def is_null(self, value: Value) -> bool:
        """Whether it is the constant NULL."""
        return value.constant is not None and value.constant.sort is Sort.NULL

    def is_key(self, value: Value) -> bool:
        """Whether it is a column called like one that holds whole numbers which name rows."""
        column = self.keys.column_of(value.key)
        return column == "id" or column.endswith("_id")

    def holds(self, constant: Constant) -> bool | None:
        """Whether a constant is true as a condition."""
        return None if constant.sort is Sort.NULL else constants.holds(constant, self.family)

    def condition(self, value: Value) -> Truth:
        """An expression as a condition."""
        if value.truth is not None:
            return value.truth
        if value.constant is None:
            return truth.TRUE if value.floor is not None and value.floor > 0 else opaque(value)
        if value.constant.sort is Sort.NULL:
            return truth.NULL
        holds = self.holds(value.constant)
        if holds is None:
            return truth.plain(Extent.UNKNOWN, value.key)
        return truth.TRUE if holds else truth.FALSE

    def settled(self, value: Value) -> Value:
        """A condition of constants, as the constant it is."""
        if value.truth is None or not value.logical or value.depends is not Depends.NOTHING:
            return value
        sides = value.truth.true.extent, value.truth.false.extent
        if sides == (Extent.ALL, Extent.NONE):
            return self.verdict(holds=True)
        if sides == (Extent.NONE, Extent.ALL):
            return self.verdict(holds=False)
        return self.keys.constant(NULL) if sides == (Extent.NONE, Extent.NONE) else value

    def verdict(self, *, holds: bool) -> Value:
        """True or false, as the server spells it."""
        if self.family is Family.POSTGRES:
            return self.keys.constant(Constant(Sort.BOOLEAN, holds))
        return self.keys.constant(Constant(Sort.NUMBER, int(holds)))

    def every(self, values: Sequence[Value], key: int | None = None) -> Value:
        """AND of them; all of none is true."""
        return self._joined("and", values, key)

    def some(self, values: Sequence[Value], key: int | None = None) -> Value:
        """OR of them; one of none is false."""
        return self._joined("or", values, key)

    def _joined(self, word: str, values: Sequence[Value], key: int | None) -> Value:
        if not values:
            return self.verdict(holds=word == "and")
        name = self.keys.of(word, frozenset(value.key for value in values)) if key is None else key
        join = truth.both if word == "and" else truth.either
        depends = max(value.depends for value in values)
        return Value(depends, name, None, join([self.condition(value) for value in values], name))

    def negated(self, value: Value) -> Value:
        """NOT of it."""
        condition = self.condition(value)
        return Value(value.depends, self.keys.of("not", value.key), None, condition.opposite, sure=value.sure)

    def null_test(self, value: Value) -> Value:
        """``value IS NULL``; a comparison of columns counts as never NULL, of bare columns only the usual key."""
        value = self.settled(value)
        if value.constant is not None:
            return self.verdict(holds=value.constant.sort is Sort.NULL)
        if value.sure:
            return self.verdict(holds=False)
        if value.truth is not None and value.truth == truth.NULL:
            return self.verdict(holds=True)
        key = self.keys.of("null", value.key)
        test = Value(max(value.depends, Depends.SESSION), key)
        known = opaque(test)
        compared = value.truth is not None and value.depends is Depends.ROW and not self._may_be_null(value)
        if compared or self.keys.column_of(value.key).casefold() == _KEY:
            known = Truth(known.true, truth.ALL)
        return test._replace(truth=known.with_nulls)

    def _may_be_null(self, value: Value) -> bool:
        """Whether NULL is one of its results: a CASE without ELSE, ``x NOT IN (1, NULL)``, which is never true."""
        condition = self.condition(value)
        if value.cases and any(self.is_null(result) for result in value.cases[1]):
            return True
        return {condition.true.extent, condition.false.extent} == {Extent.NONE, Extent.SOME}

    def is_truth(self, value: Value, wanted: bool | None) -> Value:
        """``value IS TRUE``, ``IS FALSE``, ``IS UNKNOWN``."""
        condition = self.condition(value)
        if wanted is None:
            return self.null_test(value)
        sure = condition if wanted else condition.opposite
        return Value(value.depends, self.keys.of("is", wanted, value.key), None, self.two_valued(sure, value.depends))

    def two_valued(self, sure: Truth, depends: Depends) -> Truth:
        """A condition that is false where it would be NULL."""
        known = sure.false.extent
        rest = known if known in (Extent.UNKNOWN, Extent.ALL) else _REST[sure.true.extent]
        if rest is Extent.NONE and depends is Depends.ROW:
            rest = Extent.SOME
        if sure.false.extent is rest:
            return sure.with_nulls
        single = len(sure.true.parts) == 1
        return Truth(sure.true, truth.Side(rest, frozenset(-part for part in sure.true.parts if single))).with_nulls
