"""Casts: of constants where the result is certain, else a value of its own."""

from __future__ import annotations

import re
from decimal import Decimal

from safesql.guard.predicate.arithmetic import numeric
from safesql.guard.predicate.constants import boolean
from safesql.guard.predicate.fold import Fold
from safesql.guard.predicate.intervals import interval
from safesql.guard.predicate.value import Constant, Depends, Sort, Value
from safesql.sql.dialect import Family
from safesql.sql.possessive import compiled

_WHOLE = frozenset(("INT", "INTEGER", "BIGINT", "SMALLINT", "INT2", "INT4", "INT8", "SIGNED", "UNSIGNED"))
_EXACT = frozenset(("NUMERIC", "DECIMAL"))
_TEXT = frozenset(("TEXT", "VARCHAR", "CHARACTER VARYING", "CHAR", "CHARACTER", "BPCHAR", "NAME", "CITEXT"))
_LONG_TEXT = frozenset(("TEXT", "VARCHAR", "CHARACTER VARYING"))
_BOOLEAN = frozenset(("BOOL", "BOOLEAN"))
_ARRAY = compiled(r"\{(?:[\w.-]+(?:,[\w.-]+)*)?\}")
_MOMENT = frozenset(("DATE", "TIMESTAMP", "TIMESTAMPTZ", "DATETIME", "TIME"))


def converted(fold: Fold, value: Value, type_: str) -> Value:
    """``CAST(value AS type_)``; ``type_`` in upper case, with its modifiers."""
    value = fold.settled(value)
    if fold.is_null(value):
        return value
    if value.truth is not None and type_ in _BOOLEAN:
        return value
    if value.depends is Depends.ROW and type_ in _LONG_TEXT and value.truth is None:
        return value           # as a string it is as equal to itself as before
    if value.depends is Depends.ROW and type_ == "CHAR" and fold.family is Family.MYSQL and value.truth is None:
        return value
    if value.depends is Depends.ROW and _same_number(fold, value, type_):
        return value
    if value.items is not None and type_.endswith("[]"):
        return value           # each of its items is compared by itself
    if value.constant and type_.endswith("[]"):
        return array(fold, value) or fold.keys.made(f"cast {type_}", (value,))
    if value.constant and type_ == "INTERVAL":
        return interval(fold, value)
    constant = _constant(fold, value.constant, type_) if value.constant else None
    return fold.keys.constant(constant) if constant else _made(fold, value, type_)


def _made(fold: Fold, value: Value, type_: str) -> Value:
    """A cast that makes something else of each row's value, of which the bounds may be known."""
    made = fold.keys.made(f"cast {type_}", (value,))
    if value.truth is not None and value.logical and type_ in _WHOLE:
        return made._replace(floor=0, ceiling=1, sure=value.sure)         # true and false as numbers
    return made._replace(floor=0) if type_ == "UNSIGNED" and fold.family is Family.MYSQL else made


def _same_number(fold: Fold, value: Value, type_: str) -> bool:
    """Whether it is a cast to a number that any number survives, or any whole number where it is a key."""
    if fold.family is not Family.POSTGRES:
        return type_ in _WHOLE and fold.is_key(value)
    return type_ in _EXACT or (type_ in _WHOLE and fold.is_key(value))


def array(fold: Fold, value: Value) -> Value | None:
    """``'{1,2,3}'`` as an array; None for one with quotes, blanks, NULL or arrays in it."""
    text = value.constant.value if value.constant else None
    if not isinstance(text, str) or not _ARRAY.fullmatch(text):
        return None
    parts = text[1:-1].split(",") if text != "{}" else []
    items = tuple(fold.keys.constant(Constant(Sort.LITERAL, part)) for part in parts)
    return Value(Depends.SESSION, fold.keys.of("array", text), items=items)


def _constant(fold: Fold, constant: Constant, type_: str) -> Constant | None:
    """A constant of another type, or None."""
    if type_ in _BOOLEAN and fold.family is not Family.SQLITE:
        return _as_boolean(constant)
    if type_ in _WHOLE:
        number = numeric(fold, constant)
        whole = number is not None and number == int(number)
        return Constant(Sort.NUMBER, int(number)) if whole and number is not None else _cut(fold, number)
    if type_.partition("(")[0] in _EXACT:
        number = numeric(fold, constant)
        return None if number is None or not _fits(number, type_) else Constant(Sort.NUMBER, number)
    if type_ in _TEXT:
        return _as_text(constant, type_)
    if type_ in _MOMENT and isinstance(constant.value, str) and constant.sort is not Sort.BINARY:
        return Constant(Sort.MOMENT, constant.value)
    return None


def _fits(number: int | float | Decimal, type_: str) -> bool:
    """Whether DECIMAL(10, 2) keeps the number as it is."""
    digits = re.findall(r"\d+", type_)
    if not digits:
        return True
    scale = int(digits[1]) if len(digits) > 1 else 0
    scaled = number * 10**scale if scale < 40 else number
    return len(digits) < 3 and scaled == int(scaled) and abs(scaled) < 10 ** min(int(digits[0]), 60)


def _cut(fold: Fold, number: int | float | Decimal | None) -> Constant | None:
    """SQLite cuts a fraction off; the others round, each in its way."""
    if number is None or fold.family is not Family.SQLITE:
        return None
    return Constant(Sort.NUMBER, int(number))


def _as_boolean(constant: Constant) -> Constant | None:
    """PostgreSQL's boolean."""
    if isinstance(constant.value, str):
        value = boolean(constant.value)
        return None if value is None else Constant(Sort.BOOLEAN, value)
    return Constant(Sort.BOOLEAN, bool(constant.value))


def _as_text(constant: Constant, type_: str) -> Constant | None:
    """A string; CHAR without a length is one character to PostgreSQL."""
    if isinstance(constant.value, str) and constant.sort in (Sort.TEXT, Sort.LITERAL):
        return Constant(Sort.TEXT, constant.value) if type_ not in ("CHAR", "CHARACTER", "BPCHAR") else None
    if isinstance(constant.value, bool):
        return Constant(Sort.TEXT, "true" if constant.value else "false")
    if isinstance(constant.value, int) and constant.sort is Sort.NUMBER and type_ == "TEXT":
        return Constant(Sort.TEXT, str(constant.value))
    return None
