"""The fast path for changes by key: an UPDATE or DELETE that differs from one before in nothing but its literals.

What that one does was found out by the whole analysis, with several literals in each place; where any of them made a
difference, or something stands elsewhere than it seems, there is no fast path for such statements.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache

from safesql.guard.effect import Effect, Reach
from safesql.slotted import replace
from safesql.sql.dialect import Dialect
from safesql.sql.possessive import compiled
from safesql.sql.token import Span

Read = Callable[[str, Dialect], Effect]
"""The whole analysis of one text."""

STRING, NUMBER = "\x02", "\x01"
TRIED = (("'x'", "7"), ("''", "0"), ("'1'", "1"), ("'it''s'", "2.5"))
_WORD = r"[A-Za-z_][A-Za-z0-9_]*+"
_DIGITS = r"[0-9]++(?:\.[0-9]++)?+(?![A-Za-z0-9_.$])"
_NUMBERS = compiled(rf"(?<![A-Za-z0-9_.$]){_DIGITS}")
_PLAIN = r"'[^'\x00-\x02]*+(?:''[^'\x00-\x02]*+)*+'"
_ESCAPED = r"'[^'\\\x00-\x02]*+(?:(?:''|\\[^\x00-\x02])[^'\\\x00-\x02]*+)*+'"


def keyed(text: str, dialect: Dialect, read: Read) -> Effect | None:
    """The effect of UPDATE t SET c = literal, .. WHERE k = literal [AND ..], or of such a DELETE; else None."""
    if text[:6].upper() not in ("UPDATE", "DELETE"):
        return None
    found = _expression(dialect.backslash_escapes).fullmatch(text)
    if found is None:
        return None
    keys = _KEY.findall(found["where"]) if " " in found["where"] else ()
    if len(set(map(str.upper, keys))) != len(keys):
        return None                                # a = 1 AND a = 2 is never true, a = 1 AND a = 1 may be
    shape = _NUMBERS.sub(NUMBER, _strings(dialect.backslash_escapes).sub(STRING, text))
    known = _known(shape, dialect, read)
    if known is None:
        return None
    return _placed(known, found)


def _placed(known: Effect, found: re.Match[str]) -> Effect:
    """The effect with the places in this text."""
    return Effect(
        known.verb, known.reach, Span(0, found.end("where")), known.target, known.kind, known.extent, known.note,
        target_at=Span(*found.span("name")), where=Span(*found.span("where")), columns=known.columns,
    )  # fmt: skip


@lru_cache(maxsize=512)
def _known(shape: str, dialect: Dialect, read: Read) -> Effect | None:
    """What all statements of a shape do, where that is the same with every literal."""
    examples = (shape.replace(STRING, text).replace(NUMBER, digits) for text, digits in TRIED)
    effects = {_without_places(example, dialect, read) for example in examples}
    return effects.pop() if len(effects) == 1 else None


def _without_places(text: str, dialect: Dialect, read: Read) -> Effect | None:
    """The effect of one example, if all of it stands where the expression says."""
    found, effect = _expression(dialect.backslash_escapes).fullmatch(text), read(text, dialect)
    if found is None or effect.reach is not Reach.ROWS or effect != _placed(effect, found):
        return None
    return replace(effect, at=Span(0, 0), target_at=None, where=None)


@cache
def _strings(backslash: bool) -> re.Pattern[str]:
    """A string literal."""
    return compiled(_ESCAPED if backslash else _PLAIN)


@cache
def _expression(backslash: bool) -> re.Pattern[str]:
    """The whole statement; every repetition is possessive."""
    literal = rf"(?:{_ESCAPED if backslash else _PLAIN}|{_DIGITS})"
    assigned = rf"{_WORD}\s*+=\s*+(?:{literal}|NULL(?![A-Za-z0-9_$(.])|{_WORD}\s*+[-+*]\s*+{_DIGITS})"
    key = rf"{_WORD}\s*+=\s*+{literal}"
    name = rf"(?P<name>{_WORD}(?:\.{_WORD})*+)"
    values = rf"\s++SET\s++{assigned}(?:\s*+,\s*+{assigned})*+"
    before = rf"(?:UPDATE\s++|(?P<delete>DELETE\s++FROM\s++)){name}(?(delete)|{values})"
    return compiled(rf"{before}\s++WHERE\s++(?P<where>{key}(?:\s++AND\s++{key})*+)\s*+;?+", re.I | re.A)


_KEY = compiled(rf"({_WORD})\s*+=", re.A)
