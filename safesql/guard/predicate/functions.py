"""Functions whose result is known from the text; every other one depends on what its arguments depend on."""

from __future__ import annotations

from collections.abc import Callable

from safesql.guard.effect import Extent
from safesql.guard.predicate import compare
from safesql.guard.predicate.arithmetic import computed, numeric, signed
from safesql.guard.predicate.case import chosen
from safesql.guard.predicate.constants import order
from safesql.guard.predicate.fold import Fold
from safesql.guard.predicate.intervals import moved
from safesql.guard.predicate.operators import applied, matching
from safesql.guard.predicate.parts import BOUNDED, part_of
from safesql.guard.predicate.spelled import operator_of
from safesql.guard.predicate.texts import TEXTS
from safesql.guard.predicate.truth import Truth
from safesql.guard.predicate.value import NULL, Constant, Depends, Sort, Value
from safesql.sql.dialect import Family

Arguments = tuple[Value, ...]
VOLATILE = frozenset(
    "RANDOM RAND UUID UUID_SHORT RANDOMBLOB GEN_RANDOM_UUID NEXTVAL SETVAL CLOCK_TIMESTAMP SYSDATE TIMEOFDAY SLEEP "
    "PG_SLEEP UUID_GENERATE_V4 LAST_INSERT_ID ROW_COUNT CHANGES TOTAL_CHANGES ENCRYPT GET_LOCK".split()
)
NEVER_NULL = frozenset("NUM_NULLS NUM_NONNULLS TYPEOF QUOTE".split())
OF_TYPES = frozenset("PG_TYPEOF CHARSET COLLATION COERCIBILITY".split())     # the same for each row of a table
KEEPING = frozenset(                                     # NULL when an argument is, and else never
    "UPPER LOWER TRIM LTRIM RTRIM LENGTH CHAR_LENGTH ABS SIGN ROUND CEIL FLOOR SUBSTR REPLACE LEFT RIGHT MD5".split()
)
COUNTING = frozenset(
    "ABS LENGTH CHAR_LENGTH CHARACTER_LENGTH OCTET_LENGTH BIT_LENGTH INSTR LOCATE POSITION STRPOS FIND_IN_SET "
    "CARDINALITY JSON_ARRAY_LENGTH JSONB_ARRAY_LENGTH JSON_LENGTH CRC32 ASCII ORD UNICODE NUM_NULLS "
    "NUM_NONNULLS".split()
)

def called(fold: Fold, name: str, arguments: Arguments) -> Value:
    """The value of ``name(arguments)``."""
    if name in VOLATILE:
        return Value(max((each.depends for each in arguments), default=Depends.SESSION), fold.keys.fresh())
    known = _KNOWN.get(name)
    found = known(fold, arguments) if known and arguments else None
    if found is None and len(arguments) == 2 and fold.family is Family.POSTGRES:
        operator = operator_of(name)
        found = applied(fold, operator, *arguments) if operator else None
    if found is not None:
        return found
    if name == "DATE_PART" and len(arguments) == 2 and arguments[0].constant:
        return called(fold, part_of(str(arguments[0].constant.value)), arguments[1:])
    if name in OF_TYPES:
        return Value(Depends.SESSION, fold.keys.of(name, *(each.key for each in arguments)), sure=True)
    sure = name in NEVER_NULL
    if name in ("GREATEST", "LEAST") and fold.family is Family.POSTGRES:
        sure = any(each.sure or each.constant for each in arguments)
    sure = sure or (name in KEEPING and all(each.sure or each.constant for each in arguments))
    made = fold.keys.made(f"call {name.casefold()}", arguments)
    low, high = BOUNDED.get(name, (_floor(name, arguments), None))
    if name == "LEAST" or (name == "MIN" and len(arguments) > 1):
        high = min(_whole_numbers(arguments), default=None)
    return _beside(name, arguments, made._replace(floor=low, ceiling=high, sure=sure))


def _beside(name: str, arguments: Arguments, made: Value) -> Value:
    """The greatest of several is none less than any of them."""
    column = next((each.plain for each in arguments if each.depends is Depends.ROW), 0)
    if name == "GREATEST" or (name == "MAX" and len(arguments) > 1):
        return made._replace(most_of=column)
    return made._replace(least_of=column) if name == "LEAST" or (name == "MIN" and len(arguments) > 1) else made


def _floor(name: str, arguments: Arguments) -> int | None:
    """What the result is at least: no length is negative, and the greatest of several is none less than a constant."""
    if name == "GREATEST" or (name == "MAX" and len(arguments) > 1):
        return max(_whole_numbers(arguments), default=None)
    return 0 if name in COUNTING else None


def _whole_numbers(arguments: Arguments) -> list[int]:
    """Those among the arguments."""
    known = [each.constant.value for each in arguments if each.constant and each.constant.sort is Sort.NUMBER]
    return [number for number in known if isinstance(number, int)]


def _coalesce(fold: Fold, arguments: Arguments) -> Value | None:
    """The first that is not NULL; a column is taken not to be."""
    alive = [each for each in arguments if not fold.is_null(each)]
    if not alive:
        return fold.keys.constant(NULL)
    sure = any(each.constant or each.sure for each in alive)
    if alive[0].constant or len(alive) == 1:
        return alive[0]
    if alive[0].depends is Depends.ROW:
        made = fold.keys.made("call coalesce", arguments)._replace(sure=sure, without_null=alive[0].plain)
        return _as_condition(fold, made, *alive) if len(alive) == 2 else made
    return fold.keys.made("call coalesce", arguments)._replace(sure=sure)


def _as_condition(fold: Fold, made: Value, value: Value, other: Value) -> Value:
    """``COALESCE(b, true)`` is true where b is, and in rows without it."""
    holds = fold.holds(other.constant) if other.constant and other.constant.value in (True, False) else None
    if holds is None:
        return made
    true, false = fold.condition(value)
    sides = Truth(true._replace(nulls=True), false) if holds else Truth(true, false._replace(nulls=True))
    return made._replace(truth=sides, logical=False)


def _nullif(fold: Fold, arguments: Arguments) -> Value | None:
    """NULL when both are equal, else the first."""
    if len(arguments) != 2:
        return None
    left, right = arguments
    if left.key == right.key:
        return fold.keys.constant(NULL)
    if left.constant is None or right.constant is None:
        return None
    sign = order(left.constant, right.constant, fold.family)
    return None if sign is None else left if sign else fold.keys.constant(NULL)


def _if(fold: Fold, arguments: Arguments) -> Value | None:
    """``IF(condition, then, else)``."""
    return chosen(fold, arguments[:1], arguments[1:]) if len(arguments) == 3 else None


def _extreme(sign: int) -> Callable[[Fold, Arguments], Value | None]:
    """LEAST or GREATEST of constants."""

    def extreme(fold: Fold, arguments: Arguments) -> Value | None:
        if len({argument.key for argument in arguments}) == 1:
            return arguments[0]
        best = arguments[0]
        for each in arguments:
            if best.constant is None or each.constant is None:
                return None
            found = order(each.constant, best.constant, fold.family)
            if found not in (-1, 0, 1):
                return None
            best = each if found == sign else best
        return best

    return extreme


def _abs(fold: Fold, arguments: Arguments) -> Value | None:
    """Without its sign."""
    number = numeric(fold, arguments[0].constant) if arguments[0].constant else None
    if number is None:
        return None
    return fold.keys.constant(Constant(Sort.NUMBER, number if number >= 0 else -number))


def _sign(fold: Fold, arguments: Arguments) -> Value | None:
    """-1, 0 or 1."""
    number = numeric(fold, arguments[0].constant) if arguments[0].constant else None
    return None if number is None else fold.keys.constant(Constant(Sort.NUMBER, (number > 0) - (number < 0)))


def _isnull(fold: Fold, arguments: Arguments) -> Value | None:
    """MySQL's ISNULL(x)."""
    return fold.null_test(arguments[0]) if len(arguments) == 1 else None


def _apart(fold: Fold, arguments: Arguments) -> Value | None:
    """How far a moment is from itself."""
    same = len(arguments) == 2 and arguments[0].key == arguments[1].key
    return fold.keys.constant(Constant(Sort.NUMBER, 0)) if same else None


def _whole(fold: Fold, arguments: Arguments) -> Value | None:
    """A whole number, rounded."""
    return arguments[0] if fold.is_key(arguments[0]) and len(arguments) == 1 else None


def _added(fold: Fold, arguments: Arguments) -> Value | None:
    """MySQL's DATE_ADD(x, INTERVAL 1 DAY)."""
    return moved(fold, arguments, "+")


def _taken(fold: Fold, arguments: Arguments) -> Value | None:
    """MySQL's DATE_SUB(x, INTERVAL 1 DAY)."""
    return moved(fold, arguments, "-")


def _modulo(fold: Fold, arguments: Arguments) -> Value | None:
    """MOD(x, y)."""
    return computed(fold, "%", *arguments) if len(arguments) == 2 else None


def _like(fold: Fold, arguments: Arguments) -> Value | None:
    """SQLite's like(pattern, text)."""
    if fold.family is not Family.SQLITE or len(arguments) != 2:
        return None
    return matching(fold, "like", arguments[1], arguments[0])


def _glob(fold: Fold, arguments: Arguments) -> Value | None:
    """SQLite's glob(pattern, text)."""
    if fold.family is not Family.SQLITE or len(arguments) != 2:
        return None
    return matching(fold, "glob", arguments[1], arguments[0])


def _regexp(fold: Fold, arguments: Arguments) -> Value | None:
    """REGEXP_LIKE(text, pattern)."""
    return matching(fold, "regexp", *arguments) if len(arguments) == 2 else None


def _unary(fold: Fold, arguments: Arguments) -> Value | None:
    """The argument itself."""
    return signed(fold, "positive", arguments[0]) if len(arguments) == 1 else None


def _strcmp(fold: Fold, arguments: Arguments) -> Value | None:
    """MySQL's STRCMP(x, y) = 0, as far as x and y are equal by their text."""
    if len(arguments) != 2:
        return None
    if fold.condition(compare.compare(fold, "=", *arguments)).true.extent is not Extent.ALL:
        return None
    return fold.keys.constant(Constant(Sort.NUMBER, 0))


_KNOWN: dict[str, Callable[[Fold, Arguments], Value | None]] = {
    **TEXTS,
    "COALESCE": _coalesce, "IFNULL": _coalesce, "NVL": _coalesce, "NULLIF": _nullif, "IF": _if, "IIF": _if,
    "LEAST": _extreme(-1), "GREATEST": _extreme(1), "ABS": _abs, "SIGN": _sign, "MOD": _modulo, "ISNULL": _isnull,
    "LIKE": _like, "GLOB": _glob,
    "DATEDIFF": _apart, "TIMESTAMPDIFF": _apart, "TIMEDIFF": _apart, "ROUND": _whole, "FLOOR": _whole, "CEIL": _whole,
    "CEILING": _whole, "DATE_ADD": _added, "ADDDATE": _added, "DATE_SUB": _taken, "SUBDATE": _taken,
    "REGEXP_LIKE": _regexp, "LIKELY": _unary, "UNLIKELY": _unary, "STRCMP": _strcmp,
}
