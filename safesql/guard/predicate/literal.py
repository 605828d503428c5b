"""Constants, as each server reads them from the text."""

from __future__ import annotations

import re
from decimal import Context, Decimal, InvalidOperation

from safesql.guard.predicate.value import Constant, Sort
from safesql.sql.dialect import Dialect, Family
from safesql.sql.possessive import compiled

DIGITS = 60       # longer numbers are not computed with
EXACT = Context(prec=200)
_NUMBER = compiled(r"[ \t\n\r\f\v]*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "0": "\0", "Z": "\x1a", "%": "\\%", "_": "\\_"}


def number(text: str, family: Family) -> Constant | None:
    """The number a token spells, or None when it is too long or in a form only some servers know."""
    plain = text.replace("_", "").lower()
    if len(plain) > DIGITS:
        return None
    if plain.startswith(("0x", "0b", "0o")):
        return _based(plain, family)
    try:
        exact = Decimal(plain)
    except InvalidOperation:
        return None
    return _sized(exact, plain, family)


def _sized(exact: Decimal, text: str, family: Family) -> Constant | None:
    """A whole number as int; SQLite computes with binary floats, the others with decimals."""
    if text.lstrip("+-").isdigit():
        return Constant(Sort.NUMBER, int(exact))
    if abs(exact.adjusted()) > 300:
        return None
    return Constant(Sort.NUMBER, float(exact) if family is Family.SQLITE else exact)


def _based(text: str, family: Family) -> Constant | None:
    """0x1F and its kin; MySQL's are strings of bytes that count as numbers."""
    try:
        whole = int(text, 0)
    except ValueError:
        return None
    if family is Family.MYSQL:
        return Constant(Sort.BINARY, whole)
    return Constant(Sort.NUMBER, whole - (1 << 64) if family is Family.SQLITE and whole >> 63 else whole)


def leading_number(text: str, family: Family) -> int | float | Decimal | None:
    """The number at the start of a string, which MySQL and SQLite take it for; 0 without one; None when too long."""
    found = _NUMBER.match(text)
    if not found:
        return 0
    constant = number(found[1], family)
    value = constant.value if constant else None
    return value if isinstance(value, int | float | Decimal) else None


def whole_number(text: str) -> int | Decimal | None:
    """The number that a string spells from end to end, for PostgreSQL."""
    found = _NUMBER.fullmatch(text.rstrip(" \t\n\r\f\v"))
    constant = number(found[1], Family.POSTGRES) if found else None
    value = constant.value if constant else None
    return value if isinstance(value, int | Decimal) else None


def string(text: str, dialect: Dialect) -> Constant | None:
    """What a string token holds, or None for forms that are not decoded here."""
    head, quote, body = _opened(text)
    match head.lower():
        case "" | "n":
            escapes = dialect.backslash_escapes
        case "e" if dialect.family is Family.POSTGRES:
            escapes = True
        case "b" if body and set(body) <= {"0", "1"} and len(body) <= DIGITS:
            return Constant(Sort.BINARY, body if dialect.family is Family.POSTGRES else int(body, 2))
        case "x" if dialect.family is Family.POSTGRES and re.fullmatch(r"[0-9a-fA-F]{1,16}", body):
            return Constant(Sort.BINARY, format(int(body, 16), f"0{4 * len(body)}b"))
        case "x" if dialect.family is Family.SQLITE and re.fullmatch(r"(?:[0-9a-fA-F]{2})*", body):
            return Constant(Sort.BINARY, body.lower())
        case "x" if dialect.family is Family.MYSQL and re.fullmatch(r"(?:[0-9a-fA-F]{2}){0,8}", body):
            return _bytes(body)
        case _ if quote == "$":
            return Constant(Sort.LITERAL, body)
        case _:
            return None
    decoded = _decoded(body, quote, escapes)
    if decoded is None:
        return None
    return Constant(Sort.LITERAL if dialect.family is Family.POSTGRES else Sort.TEXT, decoded)


def _bytes(body: str) -> Constant | None:
    """MySQL's x'31' is a number as a condition, MariaDB's a string; None where they are not true and false alike."""
    as_number = int(body or "0", 16)
    as_text = leading_number(bytes.fromhex(body).decode("latin-1"), Family.MYSQL)
    return Constant(Sort.BINARY, as_number) if bool(as_number) is bool(as_text) else None


def _opened(text: str) -> tuple[str, str, str]:
    """The prefix, the quote and the body of a string token."""
    if text.startswith("$"):
        tag = text.index("$", 1) + 1
        return "$", "$", text[tag:-tag]
    at = min((place for place in (text.find("'"), text.find('"')) if place >= 0), default=0)
    return text[:at], text[at : at + 1], text[at + 1 : -1]


def _decoded(body: str, quote: str, escapes: bool) -> str | None:
    """The characters between the quotes; None where an escape is not a plain one."""
    body = body.replace(quote * 2, quote)
    if not escapes or "\\" not in body:
        return body
    if re.search(r"\\[0-7xuU]", body):
        return None
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), body, flags=re.DOTALL)
