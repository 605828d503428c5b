"""Patterns of LIKE, GLOB, SIMILAR TO and regular expressions: those that match everything, and matches of constants."""

from __future__ import annotations

import re
from functools import lru_cache

from safesql.guard.predicate.value import Constant, Sort
from safesql.sql.dialect import Family
from safesql.sql.possessive import compiled

LONGEST = 200     # of a pattern that is looked into
_PLAIN_GLOB = compiled(r"[A-Za-z0-9 _*?-]{0,40}")
_PLAIN_REGEXP = compiled(r"\^?(?:[A-Za-z0-9 _-]|\.\*?){0,40}\$?")
_SAMPLES = ("", "a", "Z9 _-", "\x01", "42", "żółw", "a.b@c", "%", "two words")


def universal(operator: str, pattern: str) -> bool:
    """Whether every string (that is not NULL) matches."""
    if operator == "glob":
        return bool(pattern) and set(pattern) == {"*"}
    if operator in ("like", "ilike", "similar"):
        return bool(pattern) and set(pattern) == {"%"}
    return operator == "regexp" and _everywhere(pattern)


@lru_cache(maxsize=256)
def _everywhere(pattern: str) -> bool:
    """Whether a regular expression finds something in strings that have nothing in common."""
    if len(pattern) > LONGEST:
        return False
    try:
        expression = re.compile(re.sub(r"\[:\w+:\]", r"\\w", pattern))
    except (re.error, OverflowError, RecursionError):
        return False
    return all(expression.search(sample) for sample in _SAMPLES)


def matched(operator: str, text: Constant, pattern: Constant, family: Family) -> bool | None:
    """Whether one constant matches another; None where that is not certain."""
    if not isinstance(text.value, str) or not isinstance(pattern.value, str) or text.sort is Sort.BINARY:
        return None
    if universal(operator, pattern.value):
        return True
    if len(pattern.value) > LONGEST or len(text.value) > LONGEST:
        return None
    if operator in ("glob", "regexp"):
        return _found(operator, text.value, pattern.value)
    if operator not in ("like", "ilike"):
        return None
    if "\\" in pattern.value and family is not Family.SQLITE:
        return None
    exact = _wild(text.value, pattern.value)
    loose = _wild(text.value.casefold(), pattern.value.casefold())
    if exact == loose or (operator == "like" and family is Family.POSTGRES):
        return exact
    return loose if operator == "ilike" or family is Family.SQLITE else None


def _found(operator: str, text: str, pattern: str) -> bool | None:
    """Whether a GLOB or a regular expression matches, where the pattern is one that all servers read alike."""
    plain = _PLAIN_GLOB if operator == "glob" else _PLAIN_REGEXP
    if not plain.fullmatch(pattern) or not text.isascii() or "\n" in text:
        return None
    if operator == "glob":
        pattern = "^" + "".join({"*": ".*", "?": "."}.get(sign, re.escape(sign)) for sign in pattern) + "$"
    exact = re.search(pattern, text) is not None
    loose = re.search(pattern, text, re.IGNORECASE) is not None
    return exact if exact == loose or operator == "glob" else None


def _wild(text: str, pattern: str) -> bool:
    """LIKE without escapes: % is any run, _ any character."""
    at = place = 0
    star, mark = -1, 0
    while at < len(text):
        if place < len(pattern) and pattern[place] == "%":
            star, mark = place, at
            place += 1
        elif place < len(pattern) and pattern[place] in ("_", text[at]):
            at, place = at + 1, place + 1
        elif star >= 0:
            mark += 1
            at, place = mark, star + 1
        else:
            return False
    return set(pattern[place:]) <= {"%"}
