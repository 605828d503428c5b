"""Functions of texts whose result is known from their arguments."""

from __future__ import annotations

from collections.abc import Callable

from safesql.guard.predicate.arithmetic import computed
from safesql.guard.predicate.fold import Fold
from safesql.guard.predicate.operators import matching
from safesql.guard.predicate.value import Constant, Depends, Sort, Value
from safesql.sql.dialect import Family

Arguments = tuple[Value, ...]


def _letters(fold: Fold, arguments: Arguments, change: Callable[[str], str]) -> Value | None:
    """A change of one string constant in ASCII."""
    text = _ascii(arguments)
    return None if text is None else fold.keys.constant(Constant(Sort.TEXT, change(text)))


def _length(fold: Fold, arguments: Arguments) -> Value | None:
    """Characters, which are bytes in ASCII."""
    text = _ascii(arguments)
    return None if text is None else fold.keys.constant(Constant(Sort.NUMBER, len(text)))


def _ascii(arguments: Arguments) -> str | None:
    """The one argument, when it is a string constant in ASCII."""
    constant = arguments[0].constant
    if len(arguments) != 1 or constant is None or constant.sort in (Sort.BINARY, Sort.NULL):
        return None
    return constant.value if isinstance(constant.value, str) and constant.value.isascii() else None


def _upper(fold: Fold, arguments: Arguments) -> Value | None:
    """UPPER."""
    return _letters(fold, arguments, str.upper)


def _lower(fold: Fold, arguments: Arguments) -> Value | None:
    """LOWER."""
    return _letters(fold, arguments, str.lower)


def _no_letters(fold: Fold, arguments: Arguments) -> Value | None:
    """So many letters of a text that none is left: LEFT(x, 0), SUBSTR(x, 1, 0)."""
    count = arguments[-1].constant if len(arguments) > 1 else None
    return _empty(fold) if count is not None and count.sort is Sort.NUMBER and count.value == 0 else None


def _part(fold: Fold, arguments: Arguments) -> Value | None:
    """SUBSTR(x, 1, 0); without a length it goes on to the end."""
    if len(arguments) == 2 and arguments[1].constant is not None and arguments[1].constant.value == 1:
        return arguments[0]
    return _no_letters(fold, arguments) if len(arguments) == 3 else None


def _replaced(_fold: Fold, arguments: Arguments) -> Value | None:
    """REPLACE(x, y, y)."""
    return arguments[0] if len(arguments) == 3 and arguments[1].key == arguments[2].key else None


def _first(fold: Fold, arguments: Arguments) -> Value | None:
    """Where a text stands in a list that begins with it."""
    front = len(arguments) > 1 and arguments[0].key == arguments[1].key and arguments[0].depends is Depends.ROW
    return fold.keys.constant(Constant(Sort.NUMBER, 1)) if front else None


def _concat(fold: Fold, arguments: Arguments) -> Value | None:
    """Strings end to end; PostgreSQL skips NULL, MySQL gives NULL."""
    if fold.family is Family.POSTGRES:
        arguments = tuple(each for each in arguments if not fold.is_null(each)) or (_empty(fold),)
    joined = arguments[0]
    for each in arguments[1:]:
        joined = computed(fold, "||", joined, each)
    return joined._replace(sure=fold.family is Family.POSTGRES)


def _empty(fold: Fold) -> Value:
    """The empty string."""
    return fold.keys.constant(Constant(Sort.TEXT, ""))


def _starts(fold: Fold, arguments: Arguments) -> Value | None:
    """PostgreSQL's starts_with(text, prefix): every text starts with the empty one."""
    if len(arguments) != 2 or arguments[1].constant is None or arguments[1].constant.value != "":
        return None
    return matching(fold, "like", arguments[0], fold.keys.constant(Constant(Sort.TEXT, "%")))


def _found(wanted: int) -> Callable[[Fold, Arguments], Value | None]:
    """Where a text begins in another, ``wanted`` being the place of its argument: the empty one is at all fronts."""

    def found(fold: Fold, arguments: Arguments) -> Value | None:
        text = arguments[wanted].constant if len(arguments) == 2 else None
        itself = len({each.key for each in arguments}) == 1 and len(arguments) == 2
        front = itself or (text is not None and text.value == "")
        return fold.keys.constant(Constant(Sort.NUMBER, 1)) if front else None

    return found


TEXTS: dict[str, Callable[[Fold, Arguments], Value | None]] = {
    "LENGTH": _length, "CHAR_LENGTH": _length, "CHARACTER_LENGTH": _length, "OCTET_LENGTH": _length,
    "UPPER": _upper, "UCASE": _upper, "LOWER": _lower, "LCASE": _lower, "CONCAT": _concat, "STARTS_WITH": _starts,
    "LEFT": _no_letters, "RIGHT": _no_letters, "REPEAT": _no_letters, "SUBSTR": _part, "SUBSTRING": _part,
    "REPLACE": _replaced, "FIELD": _first, "FIND_IN_SET": _first,
    "INSTR": _found(1), "STRPOS": _found(1), "LOCATE": _found(0), "POSITION": _found(0),
}
