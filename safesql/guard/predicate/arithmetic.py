"""Arithmetic and joined strings, of constants and of what leaves a column as it is: ``x + 0``, ``x * 1``, ``x - x``."""

from __future__ import annotations

from decimal import Decimal, DecimalException, localcontext

from safesql.guard.predicate import truth
from safesql.guard.predicate.constants import Number
from safesql.guard.predicate.fold import Fold
from safesql.guard.predicate.literal import DIGITS, EXACT, leading_number, whole_number
from safesql.guard.predicate.value import NULL, Constant, Depends, Sort, Value
from safesql.sql.dialect import Family

_NEUTRAL = {"+": 0, "-": 0, "*": 1, "/": 1, "div": 1, "|": 0, "bitxor": 0, "<<": 0, ">>": 0}
_SELF = {"-": 0, "/": 1, "bitxor": 0, "%": 0, "div": 1}
_WORD = 1 << 63


def computed(fold: Fold, operator: str, left: Value, right: Value) -> Value:
    """``left operator right``; NULL when either is."""
    left, right = fold.settled(left), fold.settled(right)
    if fold.is_null(left) or fold.is_null(right):
        return fold.keys.constant(NULL)
    if left.constant and right.constant:
        concat = operator == "||"
        pair = left.constant, right.constant
        constant = _joined(*pair) if concat else _calculated(fold, operator, *pair)
        return fold.keys.constant(constant) if constant else fold.keys.made(operator, (left, right))
    return _unchanged(fold, operator, left, right) or _named(fold, operator, left, right)


def _named(fold: Fold, operator: str, left: Value, right: Value) -> Value:
    """An operation of which only the name is known; where sides may be swapped, they are put in order."""
    if operator in ("+", "*", "&", "|") and left.key > right.key:
        left, right = right, left
    sure = operator in ("+", "-", "*") and all(each.sure or each.constant for each in (left, right))
    made = fold.keys.made(operator, (left, right))
    if operator == "|" and any(each.constant and numeric(fold, each.constant) for each in (left, right)):
        made = made._replace(truth=truth.TRUE, logical=False)         # some bit is always set
    if fold.family is not Family.POSTGRES and left.truth and right.truth and left.logical and right.logical:
        made = _of_conditions(fold, operator, left, right, made)
    low, high = _bounds(fold, operator, left, right)
    moved = _moved(operator, left, right)
    return made._replace(shift=_shift(operator, left, right), sure=sure, floor=low, ceiling=high, later=moved)


def _of_conditions(fold: Fold, operator: str, left: Value, right: Value, made: Value) -> Value:
    """1 and 0 put together, which is true as OR or AND is."""
    if operator in ("+", "|"):
        return made._replace(truth=fold.condition(fold.some([left, right])), logical=False)
    return made._replace(truth=fold.condition(fold.every([left, right]))) if operator in ("*", "&") else made


def _bounds(fold: Fold, operator: str, left: Value, right: Value) -> tuple[int | None, int | None]:
    """What the result is at least and at most."""
    other, constant = (right, left) if left.constant and operator == "&" else (left, right)
    number = numeric(fold, constant.constant) if constant.constant else None
    if operator == "&" and isinstance(number, int) and number >= 0:
        return 0, number
    if operator == "%" and isinstance(number, int) and number != 0 and fold.is_key(other):
        return 0, abs(number) - 1                 # keys are not below zero
    if operator == "*" and left.key == right.key:
        return 0, None
    return _floor(fold, operator, left, right), None


def _moved(operator: str, left: Value, right: Value) -> tuple[int, int] | None:
    """A moment of the row with an interval added or taken away."""
    if left.span and operator == "+":
        left, right = right, left
    if operator not in ("+", "-") or not right.span or left.depends is not Depends.ROW:
        return None
    return left.plain, right.span if operator == "+" else -right.span


def _floor(fold: Fold, operator: str, left: Value, right: Value) -> int | None:
    """What a sum is at least."""
    floors = [_least(fold, each) for each in (left, right)]
    return sum(each for each in floors if each is not None) if operator == "+" and None not in floors else None


def _least(fold: Fold, value: Value) -> int | None:
    """What a value is at least: a condition is 0 or 1 where it is a number."""
    if value.constant is not None:
        number = numeric(fold, value.constant)
        return number if isinstance(number, int) else None
    return 0 if value.truth is not None and value.logical else value.floor


def _shift(operator: str, left: Value, right: Value) -> tuple[int, Number] | None:
    """How much more than a column's value it is."""
    if left.constant and operator == "+":
        left, right = right, left
    amount = right.constant.value if right.constant and right.constant.sort is Sort.NUMBER else None
    if operator not in ("+", "-") or isinstance(amount, str | None) or left.depends is not Depends.ROW:
        return None
    base, already = left.shift or (left.plain, 0)
    if isinstance(amount, float) or isinstance(already, float):
        return None
    return base, already + amount if operator == "+" else already - amount


def _unchanged(fold: Fold, operator: str, left: Value, right: Value) -> Value | None:
    """An operation that does nothing, or one whose result is the same whatever the column holds."""
    if operator == "||":
        return next((one for one, other in ((left, right), (right, left)) if _is(other, "")), None)
    if operator in _NEUTRAL and _is(right, _NEUTRAL[operator]):
        return left
    if operator in ("+", "*", "|", "bitxor") and _is(left, _NEUTRAL[operator]):
        return right
    if operator in ("*", "&") and (_is(left, 0) or _is(right, 0)):
        return fold.keys.constant(Constant(Sort.NUMBER, 0))
    if operator in ("&", "|") and left.key == right.key:
        return left
    if operator == "%" and _is(right, 1) and fold.is_key(left):
        return fold.keys.constant(Constant(Sort.NUMBER, 0))
    if operator in _SELF and left.key == right.key and left.depends in (Depends.ROW, Depends.OTHER, Depends.SESSION):
        return fold.keys.constant(Constant(Sort.NUMBER, _SELF[operator]))
    return None


def _is(value: Value, wanted: int | str) -> bool:
    """Whether it is this very constant."""
    found = value.constant.value if value.constant else None
    return found == wanted and isinstance(found, str) is isinstance(wanted, str)


def _joined(left: Constant, right: Constant) -> Constant | None:
    """Strings end to end; a number is taken as it is written."""
    texts = [_text(constant) for constant in (left, right)]
    if texts[0] is None or texts[1] is None:
        return None
    return Constant(Sort.TEXT, texts[0] + texts[1]) if len(texts[0]) + len(texts[1]) < 10_000 else None


def _text(constant: Constant) -> str | None:
    """A constant as a string, where all servers spell it alike."""
    if isinstance(constant.value, str) and constant.sort is not Sort.BINARY:
        return constant.value
    return str(constant.value) if type(constant.value) is int and constant.sort is Sort.NUMBER else None


def numeric(fold: Fold, constant: Constant) -> Number | None:
    """A constant as the number that arithmetic takes it for."""
    value = constant.value
    if value is None or constant.sort is Sort.MOMENT:
        return None
    if isinstance(value, str):
        if constant.sort is Sort.BINARY:
            return None
        return whole_number(value) if fold.family is Family.POSTGRES else leading_number(value, fold.family)
    return int(value) if isinstance(value, bool) else value


def _calculated(fold: Fold, operator: str, left: Constant, right: Constant) -> Constant | None:
    """The exact result, or None where rounding or overflow is the server's own."""
    one, other = numeric(fold, left), numeric(fold, right)
    if one is None or other is None:
        return None
    if operator == "%" and fold.family is Family.SQLITE:
        one, other = int(one), int(other)      # its % knows integers only
    if operator in ("/", "%", "div") and other == 0:
        return None if fold.family is Family.POSTGRES else NULL
    try:
        with localcontext(EXACT):
            result = _whole(fold, operator, one, other) if isinstance(one, int) and isinstance(other, int) else (
                _fraction(fold, operator, one, other)
            )
    except (DecimalException, ArithmeticError, TypeError):
        return None
    if result is None or len(str(result)) > DIGITS:
        return None
    return Constant(Sort.NUMBER, result)


def _whole(fold: Fold, operator: str, one: int, other: int) -> Number | None:
    """Integers; a quotient is cut towards zero, but MySQL's / gives a fraction."""
    match operator:
        case "+" | "-" | "*":
            result = {"+": one + other, "-": one - other, "*": one * other}[operator]
            return result if -_WORD <= result < _WORD else None
        case "/" if fold.family is Family.MYSQL:
            return one // other if one % other == 0 else Decimal(one) / Decimal(other)
        case "/" | "div":
            return abs(one) // abs(other) * (1 if (one < 0) is (other < 0) else -1)
        case "%":
            return abs(one) % abs(other) * (1 if one >= 0 else -1)
    if min(one, other) < 0 or max(one, other) >= _WORD:
        return None
    return _bits(operator, one, other)


def _bits(operator: str, one: int, other: int) -> int | None:
    """Operations on bits, where no sign is involved."""
    match operator:
        case "&":
            return one & other
        case "|":
            return one | other
        case "bitxor":
            return one ^ other
        case ">>" if other < 64:
            return one >> other
        case "<<" if other < 64 and one << other < _WORD:
            return one << other
    return None


def _fraction(fold: Fold, operator: str, one: Number, other: Number) -> Number | None:
    """Decimals exactly, SQLite's floats as floats."""
    if operator not in ("+", "-", "*", "/", "%"):
        return None
    if fold.family is Family.SQLITE:
        left, right = float(one), float(other)
        return {"+": left + right, "-": left - right, "*": left * right}.get(operator, left / right)
    first, second = Decimal(one), Decimal(other)
    if operator == "/":
        quotient = first / second
        return quotient if quotient * second == first else None
    return {"+": first + second, "-": first - second, "*": first * second, "%": first % second}[operator]


def signed(fold: Fold, operator: str, value: Value) -> Value:
    """``-x``, ``+x`` and ``~x``."""
    value = fold.settled(value)
    if operator == "positive" or fold.is_null(value):
        return value
    number = numeric(fold, value.constant) if value.constant else None
    if number is None:
        return _turned(fold, operator, value)
    if operator == "negative":
        return fold.keys.constant(Constant(Sort.NUMBER, -number))
    if not isinstance(number, int) or not -_WORD <= number < _WORD:
        return fold.keys.made(operator, (value,))
    bits = 2 * _WORD if fold.family is Family.MYSQL else 0          # MySQL counts them without a sign
    return fold.keys.constant(Constant(Sort.NUMBER, ~number % bits if bits else ~number))


def _turned(fold: Fold, operator: str, value: Value) -> Value:
    """``- -x`` is x, but for texts, which SQLite makes numbers of, and what MySQL counts without a sign."""
    before, base = fold.keys.turned.get(value.key, ("", value))
    if before == operator and (fold.is_key(base) or (operator == "negative" and fold.family is not Family.SQLITE)):
        return base
    made = fold.keys.made(operator, (value,))
    if value.depends is Depends.ROW:
        fold.keys.turned[made.key] = operator, value
    return made
