"""Comparisons: of constants, of an expression with itself, of a column with points on its line, of rows."""

from __future__ import annotations

from safesql.guard.effect import Extent
from safesql.guard.predicate import truth
from safesql.guard.predicate.case import chosen
from safesql.guard.predicate.constants import UNEQUAL, folded, order
from safesql.guard.predicate.fold import Fold
from safesql.guard.predicate.ranges import Point, Ranges, compared, union
from safesql.guard.predicate.truth import Truth
from safesql.guard.predicate.value import Constant, Depends, Sort, Value, extent
from safesql.sql.dialect import Family

WIDE = 16         # columns of rows whose order is followed
MIRRORED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_REFLEXIVE = frozenset(("=", "<=", ">="))
_MEANING = {"=": (0,), "<>": (-1, 1, UNEQUAL), "<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}


def compare(fold: Fold, operator: str, left: Value, right: Value) -> Value:
    """``left operator right`` for = <> < <= > >=."""
    left, right = _certain(fold, left), _certain(fold, right)
    if left.items is not None and right.items is not None:
        return _rows(fold, operator, left, right)
    if (left.cases and right.constant) or (right.cases and left.constant):
        return _branches(fold, operator, left, right)
    key = fold.keys.of("compare", operator, left.key, right.key)
    depends = linked(left, right)
    return Value(depends, key, None, _truth(fold, operator, left, right, key, depends))


def _certain(fold: Fold, value: Value) -> Value:
    """A condition that is the same for every row as that constant."""
    if value.truth is not None and value.logical and value.depends is not Depends.NOTHING:
        sides = value.truth.true.extent, value.truth.false.extent
        if sides in ((Extent.ALL, Extent.NONE), (Extent.NONE, Extent.ALL)):
            return fold.verdict(holds=sides[0] is Extent.ALL)
    return fold.settled(value)


def _branches(fold: Fold, operator: str, left: Value, right: Value) -> Value:
    """A CASE against a constant: the comparison of each of its results."""
    if right.cases:
        left, right, operator = right, left, MIRRORED[operator]
    conditions, results = left.cases or ((), ())
    return chosen(fold, conditions, tuple(compare(fold, operator, result, right) for result in results))


def linked(left: Value, right: Value) -> Depends:
    """What a comparison depends on: a loose name next to a column of the subquery is taken for the target's."""
    depends = max(left.depends, right.depends)
    if depends is Depends.LOOSE:
        return Depends.ROW if min(left.depends, right.depends) is Depends.OTHER else Depends.OTHER
    return depends


def _truth(fold: Fold, operator: str, left: Value, right: Value, key: int, depends: Depends) -> Truth:
    """What is known of a comparison of two single values."""
    if fold.is_null(left) or fold.is_null(right):
        return truth.NULL
    if left.constant and right.constant:
        return known(fold, operator, left.constant, right.constant, key)
    if left.key == right.key:
        return _with_itself(left, key, equal=operator in _REFLEXIVE)
    if left.plain == right.plain:
        rest = truth.Side(Extent.SOME, nulls=True)
        return Truth(truth.ALL, rest) if operator in _REFLEXIVE else Truth(rest, truth.ALL)
    return _related(operator, left, right) or _measured(fold, operator, left, right, key, depends)


def _measured(fold: Fold, operator: str, left: Value, right: Value, key: int, depends: Depends) -> Truth:
    """A comparison with a constant, or of two that have nothing to do with each other."""
    if operator in ("=", "<>") and left.truth and right.truth and left.logical and right.logical:
        apart = different(fold, left, right)
        return apart if operator == "<>" else apart.opposite
    for condition, other in ((left, right), (right, left)):
        if other.constant and condition.truth and condition.logical and fold.family is not Family.POSTGRES:
            seen = operator if other is right else MIRRORED[operator]
            return _as_numbers(fold, seen, condition.truth, other.constant)
        if other.constant and operator in ("=", "<>") and _is_condition(fold, condition, other.constant):
            same = _asked(fold, fold.condition(condition), other.constant)
            if same:
                return same if operator == "=" else same.opposite
    subject, ranges = _on_a_line(fold, operator, left, right)
    ranges = _within(ranges, left if right.constant else right if left.constant else None)
    found = truth.ranged(extent(depends), key, subject, ranges)
    return found.with_nulls if left.sure or right.sure else found


def different(fold: Fold, left: Value, right: Value) -> Truth:
    """Where one of two conditions is true, and the other false."""
    others = fold.negated(left), fold.negated(right)
    apart = fold.some([fold.every([left, others[1]]), fold.every([others[0], right])])
    alike = fold.some([fold.every([left, right]), fold.every(others)])
    return Truth(fold.condition(apart).true, fold.condition(alike).true)


def _related(operator: str, left: Value, right: Value) -> Truth | None:
    """Two values of which it is known how they lie to each other."""
    bounded = _bounded(operator, left, right) or _bounded(MIRRORED[operator], right, left)
    return bounded or _later(operator, left, right) or _shifted(operator, left, right)


def _bounded(operator: str, left: Value, right: Value) -> Truth | None:
    """A value beside the minimum or the maximum of rows that it is among."""
    if left.plain not in (right.least_of, right.most_of):
        return None
    always, never = (">=", "<") if left.plain == right.least_of else ("<=", ">")
    return truth.TRUE if operator == always else truth.FALSE if operator == never else None


def _later(operator: str, left: Value, right: Value) -> Truth | None:
    """A moment beside itself and an interval."""
    if left.later and left.later[0] == right.plain:
        return truth.TRUE if left.later[1] in _MEANING[operator] else truth.FALSE
    return _later(MIRRORED[operator], right, left) if right.later and right.later[0] == left.plain else None


def _shifted(operator: str, left: Value, right: Value) -> Truth | None:
    """``x + 1`` beside ``x``."""
    (base, more), (other, less) = (each.shift or (each.plain, 0) for each in (left, right))
    if base != other or left.depends is not Depends.ROW or more == less:
        return None
    return truth.TRUE if (1 if more > less else -1) in _MEANING[operator] else truth.FALSE


def _with_itself(value: Value, key: int, *, equal: bool) -> Truth:
    """An expression compared with itself; a parameter or a function may turn out to be NULL."""
    if value.depends > Depends.SESSION:
        return truth.TRUE if equal else truth.FALSE
    sides = truth.plain(Extent.UNKNOWN, key)
    return Truth(sides.true, truth.NONE) if equal else Truth(truth.NONE, sides.false)


def known(fold: Fold, operator: str, left: Constant, right: Constant, key: int) -> Truth:
    """The comparison of two constants."""
    sign = order(left, right, fold.family)
    if sign is None or (sign == UNEQUAL and operator not in ("=", "<>")):
        return truth.plain(Extent.UNKNOWN, key)
    return truth.TRUE if sign in _MEANING[operator] else truth.FALSE


def _as_numbers(fold: Fold, operator: str, condition: Truth, constant: Constant) -> Truth:
    """A condition, which is 1 or 0, compared with a constant."""
    signs = [order(Constant(Sort.NUMBER, number), constant, fold.family) for number in (1, 0)]
    if None in signs or UNEQUAL in signs:
        return Truth(truth.Side(Extent.UNKNOWN), truth.Side(Extent.UNKNOWN))
    when_true, when_false = (sign in _MEANING[operator] for sign in signs)
    if when_true is not when_false:
        return condition if when_true else condition.opposite
    join = truth.either if when_true else truth.both
    return join([condition, condition.opposite], fold.keys.fresh())


def _is_condition(fold: Fold, value: Value, constant: Constant) -> bool:
    """Whether a value is true, false or NULL; PostgreSQL compares nothing else with TRUE."""
    return (value.truth is not None and value.logical) or (
        fold.family is Family.POSTGRES and constant.sort is Sort.BOOLEAN
    )


def _asked(fold: Fold, condition: Truth, constant: Constant) -> Truth | None:
    """``condition = true`` and its kin, or None when the constant is no truth value."""
    if fold.family is Family.POSTGRES and constant.sort is Sort.LITERAL:
        wanted = fold.holds(constant)
    else:
        wanted = {0: False, 1: True}.get(constant.value) if isinstance(constant.value, int) else None
    if wanted is None:
        return None
    return condition if wanted else condition.opposite


def _within(ranges: Ranges, value: Value | None) -> Ranges:
    """The same for what has bounds: everything or nothing, where only numbers beyond them make the difference."""
    bounds = () if value is None else (("<", value.floor), (">", value.ceiling))
    beyond = [compared(operator, bound) for operator, bound in bounds if bound is not None]
    if not beyond:
        return ranges
    wider, rest = union([ranges, *beyond]), union([ranges.opposite, *beyond])
    if wider is not None and wider.full:
        return wider
    return rest.opposite if rest is not None and rest.full else ranges


def _on_a_line(fold: Fold, operator: str, left: Value, right: Value) -> tuple[int, Ranges]:
    """The subject of a comparison and where on its line it is true; two columns are one subject, their difference.

    No text is less than the empty one; to SQLite every number is.
    """
    if left.constant or left.depends < right.depends:
        left, right, operator = right, left, MIRRORED[operator]
    if right.constant and right.constant.value == "" and operator in (">=", "<") and fold.family is not Family.MYSQL:
        return left.plain, Ranges(operator == ">=" or fold.family is Family.SQLITE, ())
    if right.depends <= Depends.SESSION:
        return left.plain, compared(operator, point(fold, right))
    if left.plain > right.plain:
        left, right, operator = right, left, MIRRORED[operator]
    return fold.keys.of("difference", left.plain, right.plain), compared(operator, 0)


def point(fold: Fold, value: Value) -> Point:
    """A constant, or something that is the same for every row, as a place on a line; MySQL's strings without case."""
    constant = value.constant
    if constant is None or constant.value is None or constant.sort in (Sort.BINARY, Sort.BOOLEAN):
        return ("key", value.key)
    if isinstance(constant.value, str) and fold.family is Family.MYSQL:
        return folded(constant.value)
    return constant.value


def _rows(fold: Fold, operator: str, left: Value, right: Value) -> Value:
    """Row values, item by item; the order of rows only where all pairs are equal by their text."""
    pairs = list(zip(left.items or (), right.items or (), strict=False))
    key = fold.keys.of("rows", operator, left.key, right.key)
    equal = [compare(fold, "=", one, other) for one, other in pairs]
    if operator in ("=", "<>") or not pairs:
        whole = fold.every(equal, key)
        return fold.negated(whole) if operator == "<>" else whole
    if left.key == right.key:
        return fold.verdict(holds=operator in _REFLEXIVE)
    if len(pairs) > WIDE:
        return Value(max(each.depends for each in equal), key)
    strict = [operator if last else operator[0] for last in [False] * (len(pairs) - 1) + [True]]
    steps = [
        fold.every([*equal[:place], compare(fold, strict[place], one, other)], fold.keys.of("step", key, place))
        for place, (one, other) in enumerate(pairs)
    ]
    return fold.some(steps, key)


def same(fold: Fold, left: Value, right: Value) -> Value:
    """``IS NOT DISTINCT FROM``, ``<=>``, and SQLite's ``IS``: equal, or both NULL."""
    if fold.is_null(left) or fold.is_null(right):
        other = left if fold.is_null(right) else right
        return fold.null_test(other)
    equal = compare(fold, "=", left, right)
    certain = fold.condition(equal)
    if certain.true.extent is Extent.NONE and certain.false.extent is Extent.NONE:
        return Value(equal.depends, equal.key, None, truth.FALSE)
    return equal._replace(truth=certain.with_nulls)

