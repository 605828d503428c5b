"""Constants as conditions, and compared with each other, as each server does it; None where that is not certain."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

from safesql.guard.predicate.literal import leading_number, whole_number
from safesql.guard.predicate.value import Constant, Sort
from safesql.sql.dialect import Family
from safesql.sql.possessive import compiled

UNEQUAL = 2       # different, but which is less depends on the collation
_MOMENT = compiled(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?")
_WORDS = {
    "true": True, "tru": True, "tr": True, "t": True, "yes": True, "ye": True, "y": True, "on": True, "1": True,
    "false": False, "fals": False, "fal": False, "fa": False, "f": False, "no": False, "n": False, "off": False,
    "of": False, "0": False,
}
Number = int | float | Decimal


def boolean(text: str) -> bool | None:
    """PostgreSQL's reading of a string as boolean."""
    return _WORDS.get(text.strip().lower())


def holds(constant: Constant, family: Family) -> bool | None:
    """Whether a constant (not NULL) is true as a condition."""
    value = constant.value
    if isinstance(value, bool):
        return value
    if family is Family.POSTGRES and isinstance(value, str):
        return boolean(value) if constant.sort in (Sort.LITERAL, Sort.TEXT) else None
    if isinstance(value, str):
        if constant.sort is Sort.BINARY and family is Family.SQLITE:
            value = bytes.fromhex(value).decode("latin-1")     # a blob is read as a text
        elif constant.sort in (Sort.BINARY, Sort.MOMENT):
            return None
        number = leading_number(value, family)
        return None if number is None else number != 0
    return value != 0


def order(left: Constant, right: Constant, family: Family) -> int | None:
    """-1, 0 or 1 as left is less than, equal to or more than right; UNEQUAL; None when not certain (or NULL)."""
    if Sort.NULL in (left.sort, right.sort):
        return None
    match family:
        case Family.POSTGRES:
            return _postgres(left, right)
        case Family.MYSQL:
            return _mysql(left, right)
        case Family.SQLITE:
            return _sqlite(left, right)


def _postgres(left: Constant, right: Constant) -> int | None:
    """A bare string takes the type of the other side."""
    if left.sort is Sort.LITERAL and right.sort is not Sort.LITERAL:
        return _adapted(left, right)
    if right.sort is Sort.LITERAL and left.sort is not Sort.LITERAL:
        return _turned(_adapted(right, left))
    if left.sort is not right.sort:
        return None
    match left.sort:
        case Sort.LITERAL | Sort.TEXT:
            return _texts(str(left.value), str(right.value))
        case Sort.MOMENT:
            return _moments(str(left.value), str(right.value))
        case Sort.BINARY:
            return _signed(str(left.value), str(right.value))
        case _:
            return _numbers(left.value, right.value)


def _adapted(literal: Constant, other: Constant) -> int | None:
    """A bare string against something that has a type."""
    text = str(literal.value)
    match other.sort:
        case Sort.NUMBER:
            return _numbers(whole_number(text), other.value)
        case Sort.BOOLEAN:
            return _numbers(boolean(text), other.value)
        case Sort.TEXT:
            return _texts(text, str(other.value))
        case Sort.MOMENT:
            return _moments(text, str(other.value))
        case Sort.BINARY:
            return _signed(text, str(other.value)) if text and set(text) <= {"0", "1"} else None
        case _:
            return None


def _mysql(left: Constant, right: Constant) -> int | None:
    """Strings compare as strings with each other, and as numbers with numbers."""
    if Sort.MOMENT in (left.sort, right.sort):
        return _moments(str(left.value), str(right.value)) if left.sort is right.sort else None
    if left.sort is right.sort is Sort.TEXT:
        return _collated(str(left.value), str(right.value))
    if Sort.BINARY in (left.sort, right.sort):
        return _numbers(left.value, right.value) if left.sort is right.sort else _bytes(left, right)
    return _numbers(_as_number(left), _as_number(right))


def _bytes(left: Constant, right: Constant) -> int | None:
    """MySQL: 0x61 beside 'a' is compared with it byte by byte."""
    binary, text = (left, right) if left.sort is Sort.BINARY else (right, left)
    if not isinstance(binary.value, int) or not isinstance(text.value, str) or not text.value.isascii():
        return None
    written = binary.value.to_bytes((binary.value.bit_length() + 7) // 8, "big")
    return 0 if written == text.value.encode() else UNEQUAL if written.isascii() and len(written) > 0 else None


def _as_number(constant: Constant) -> Number | None:
    """MySQL's reading of a constant as a number."""
    value = constant.value
    return leading_number(value, Family.MYSQL) if isinstance(value, str) else value


def _collated(left: str, right: str) -> int | None:
    """Equal, or different in more than case, accents and trailing blanks, whatever the collation."""
    if left == right:
        return 0
    pair = folded(left), folded(right)
    if pair[0] == pair[1]:
        return None
    return _texts(*pair) if left.isascii() and right.isascii() else None


def folded(text: str) -> str:
    """Without case, accents and trailing blanks."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return bare.casefold().rstrip(" ")


def _sqlite(left: Constant, right: Constant) -> int | None:
    """Without a column there is no affinity: every number is less than every text, every text than every blob."""
    if Sort.BINARY in (left.sort, right.sort):
        if left.sort is right.sort:
            return _signed(str(left.value), str(right.value))
        return 1 if left.sort is Sort.BINARY else -1
    texts = isinstance(left.value, str), isinstance(right.value, str)
    if texts == (True, True):
        return _signed(str(left.value), str(right.value))
    if texts == (False, False):
        return _numbers(left.value, right.value)
    return 1 if texts[0] else -1


def _texts(left: str, right: str) -> int:
    """The order of strings where all collations agree: the first difference is between letters of a kind or digits."""
    if left == right:
        return 0
    pairs = [(one, other) for one, other in zip(left, right, strict=False) if one != other][:1]
    if not (left + right).isascii() or not (left + right).isalnum() or not pairs:
        return UNEQUAL
    one, other = pairs[0]
    if (one.isdigit() and other.isdigit()) or (left + right).islower():
        return _signed(one, other)
    return UNEQUAL


def _moments(left: str, right: str) -> int | None:
    """Dates and times written alike and the usual way."""
    if left == right:
        return 0
    if _MOMENT.fullmatch(left) and _MOMENT.fullmatch(right) and len(left) == len(right):
        return _signed(left.replace("T", " "), right.replace("T", " "))
    return None


def _numbers(left: object, right: object) -> int | None:
    """Numbers and booleans, where both are known."""
    if not isinstance(left, int | float | Decimal) or not isinstance(right, int | float | Decimal):
        return None
    return (left > right) - (left < right)


def _signed(left: str, right: str) -> int:
    """The order of code points."""
    return (left > right) - (left < right)


def _turned(sign: int | None) -> int | None:
    """The same seen from the other side."""
    return -sign if sign in (-1, 1) else sign
