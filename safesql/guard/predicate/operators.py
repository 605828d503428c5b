"""What each operator makes of its operands."""

from __future__ import annotations

from collections.abc import Callable

from safesql.guard.effect import Extent
from safesql.guard.predicate import truth
from safesql.guard.predicate.arithmetic import computed, signed
from safesql.guard.predicate.case import chosen
from safesql.guard.predicate.cast import array
from safesql.guard.predicate.compare import MIRRORED, compare, different, linked, point, same
from safesql.guard.predicate.fold import Fold
from safesql.guard.predicate.pattern import matched, universal
from safesql.guard.predicate.ranges import compared, union
from safesql.guard.predicate.truth import Truth
from safesql.guard.predicate.value import Constant, Depends, Sort, Value, extent, opaque
from safesql.sql.dialect import Family

_ARITHMETIC = frozenset(("+", "-", "*", "/", "%", "div", "&", "|", "bitxor", "<<", ">>", "||"))
_MATCHING = frozenset(("like", "ilike", "glob", "similar", "regexp"))
_PLAIN = (Sort.NUMBER, Sort.TEXT, Sort.LITERAL)
_SIGNED = frozenset(("negative", "positive", "invert"))


def prefixed(fold: Fold, name: str, value: Value) -> Value:
    """A prefix operator applied."""
    if name == "not":
        return fold.negated(value)
    if name in _SIGNED and value.items is None:
        return signed(fold, name, value)
    made = fold.keys.made(name, (value,))
    if name == "prefix @":
        return made._replace(floor=0)          # without its sign
    return made._replace(without_null=value.plain) if name == "binary" else made


def applied(fold: Fold, name: str, left: Value, right: Value) -> Value:
    """A binary operator applied; ``not x`` is the negation of ``x``."""
    if name.startswith("not "):
        return fold.negated(applied(fold, name[4:], left, right))
    if name in MIRRORED:
        return compare(fold, name, left, right)
    if name in _ARITHMETIC and left.items is None and right.items is None:
        return computed(fold, name, left, right)
    if name in _MATCHING:
        return matching(fold, name, left, right)
    return _rare(fold, name, left, right)


def _rare(fold: Fold, name: str, left: Value, right: Value) -> Value:
    """The operators that are seen seldom."""
    match name:
        case "is":
            return same(fold, left, right)
        case "xor":
            return _exclusive(fold, left, right)
        case "escape":
            return _escaped(fold, left, right)
        case "sounds" if left.key == right.key:
            return compare(fold, "=", left, right)
        case "^@" if right.constant is not None and right.constant.value == "":
            return matching(fold, "like", left, fold.keys.constant(Constant(Sort.TEXT, "%")))
        case "@>" | "<@" if left.key == right.key and left.depends is Depends.ROW:
            return compare(fold, "=", left, right)
        case "&&" if left.key == right.key and left.items and left.depends is Depends.ROW:
            return compare(fold, "=", left, right)
        case _:
            return fold.keys.made(name, (left, right))


def _exclusive(fold: Fold, left: Value, right: Value) -> Value:
    """One of them, not both."""
    if left.key == right.key and left.depends is Depends.ROW:
        return Value(left.depends, fold.keys.of("xor", left.key), None, truth.FALSE)
    return fold.keys.made("xor", (left, right))._replace(truth=different(fold, left, right))


def _escaped(fold: Fold, pattern: Value, escape: Value) -> Value:
    """A pattern that is the same with this escape character and without any."""
    constant, character = pattern.constant, escape.constant
    if constant and character and isinstance(constant.value, str) and str(character.value) not in constant.value:
        return pattern
    return fold.keys.made("escape", (pattern, escape))


def matching(fold: Fold, name: str, text: Value, pattern: Value) -> Value:
    """LIKE and its kin."""
    if fold.is_null(text) or fold.is_null(pattern):
        return Value(text.depends, fold.keys.of(name, text.key, pattern.key), None, truth.NULL)
    if text.cases and pattern.constant:
        conditions, results = text.cases
        return chosen(fold, conditions, tuple(matching(fold, name, result, pattern) for result in results))
    depends = max(linked(text, pattern), text.depends)
    key = fold.keys.of(name, text.key, pattern.key)
    return Value(depends, key, None, _match(fold, name, text, pattern) or opaque(Value(depends, key)))


def _match(fold: Fold, name: str, text: Value, pattern: Value) -> Truth | None:
    """What the pattern alone tells."""
    if text.plain == pattern.plain and text.constant is None and name in ("like", "ilike"):
        return truth.TRUE
    constant = pattern.constant
    if constant is None and name in ("like", "ilike") and _holds_itself(fold, text, pattern):
        return truth.TRUE
    if constant is None or not isinstance(constant.value, str):
        return None
    if text.constant:
        found = matched(name, text.constant, constant, fold.family)
        return None if found is None else truth.TRUE if found else truth.FALSE
    return truth.TRUE if universal(name, constant.value) and extent(text.depends) is Extent.SOME else None


def _holds_itself(fold: Fold, text: Value, pattern: Value) -> bool:
    """Whether it is ``x LIKE '%' || x || '%'``, or with one of both signs."""
    if text.depends is not Depends.ROW or pattern.depends is not Depends.ROW:
        return False
    sign = fold.keys.constant(Constant(Sort.LITERAL if fold.family is Family.POSTGRES else Sort.TEXT, "%"))
    behind, before = computed(fold, "||", text, sign), computed(fold, "||", sign, text)
    both = computed(fold, "||", before, sign), computed(fold, "||", sign, behind)
    return pattern.key in {each.key for each in (behind, before, *both)}


def between(fold: Fold, name: str, value: Value, low: Value, high: Value) -> Value:
    """``value BETWEEN low AND high``; SYMMETRIC also the other way round."""
    inside = fold.every([compare(fold, ">=", value, low), compare(fold, "<=", value, high)])
    if "symmetric" in name:
        turned = fold.every([compare(fold, ">=", value, high), compare(fold, "<=", value, low)])
        inside = fold.some([inside, turned])
    return fold.negated(inside) if name.startswith("not ") else inside


def listed(fold: Fold, value: Value, items: tuple[Value, ...], negated: bool) -> Value:
    """``value [NOT] IN (items)``."""
    found = _all_of(fold, value, items) or _points(fold, value, items)
    if found is None:
        found = fold.some([compare(fold, "=", value, item) for item in items])
    return fold.negated(found) if negated else found


def _all_of(fold: Fold, value: Value, items: tuple[Value, ...]) -> Value | None:
    """A whole number that has bounds, in a list of all that lies between them."""
    if value.floor is None or value.ceiling is None or value.ceiling - value.floor >= len(items):
        return None
    given = {item.constant.value for item in items if item.constant is not None}
    if not given.issuperset(range(value.floor, value.ceiling + 1)):
        return None
    return Value(value.depends, fold.keys.of("in", value.key, *sorted(item.key for item in items)), None, truth.TRUE)


def _points(fold: Fold, value: Value, items: tuple[Value, ...]) -> Value | None:
    """A column in a list of numbers and strings, all at once; None for anything else."""
    if value.depends is not Depends.ROW or value.truth or value.items is not None or value.without_null:
        return None
    if value.floor is not None or not items:
        return None
    if any(not item.constant or item.constant.sort not in _PLAIN for item in items):
        return None
    ranges = union([compared("=", point(fold, item)) for item in items])
    key = fold.keys.of("in", value.key, *sorted(item.key for item in items))
    return None if ranges is None else Value(Depends.ROW, key, None, truth.ranged(Extent.SOME, key, value.key, ranges))


def quantified(fold: Fold, name: str, quantifier: str, left: Value, right: Value) -> Value:
    """``left operator ANY (right)`` and ``ALL``."""
    if right.among is not None:
        found = _among(fold, name, quantifier, left, right)
        if found is not None:
            return found
    if right.least_of or right.most_of:
        return applied(fold, name, left, right)          # a query for one aggregate gives one row
    if right.items is None and right.constant is not None:
        right = array(fold, right) or right
    if right.items is None:
        made = fold.keys.made(f"{name} {quantifier}", (left, right))
        return made._replace(truth=opaque(made))
    each: Callable[[Value], Value] = lambda item: applied(fold, name, left, item)  # noqa: E731
    results = [each(item) for item in right.items]
    return fold.every(results) if quantifier == "all" else fold.some(results)


def _among(fold: Fold, name: str, quantifier: str, left: Value, right: Value) -> Value | None:
    """A comparison with rows among which is the row itself, where that one decides."""
    if right.among is None:
        return None
    itself = fold.condition(applied(fold, name, left, right.among))
    decided = itself.true if quantifier == "any" else itself.false
    if decided.extent is not Extent.ALL or itself.true.extent is itself.false.extent:
        return None
    key = fold.keys.of(name, quantifier, left.key, right.key)
    return Value(left.depends, key, None, truth.TRUE if quantifier == "any" else truth.FALSE)
