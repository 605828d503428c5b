"""The fast path for dumps and undos: an INSERT of nothing but literals is recognised by one expression, in linear time.

FROM_UNIXTIME is the server's own and cannot be another function (guard.calls says why).
"""

from __future__ import annotations

import re
from functools import cache

from safesql.guard.analysis.names import plain
from safesql.guard.effect import Effect, Name, Reach
from safesql.sql.dialect import Dialect, Family
from safesql.sql.possessive import compiled
from safesql.sql.token import Kind, Span, Token

_WORD = r"[A-Za-z_][A-Za-z0-9_]*+"
_QUOTED = r'"(?:[^"\x00]|"")++"'
_BACKTICKED = r"`(?:[^`\x00]|``)++`"
_PLAIN = r"'[^'\x00]*+(?:''[^'\x00]*+)*+'"
_ESCAPED = r"'[^'\\\x00]*+(?:(?:''|\\[^\x00])[^'\\\x00]*+)*+'"
_NUMBER = r"[-+]?+[0-9]++(?:\.[0-9]++)?+(?:[eE][-+]?+[0-9]++)?+"
_HEX = r"[xX]'[0-9A-Fa-f]*+'"
PART = compiled(rf"{_WORD}|{_QUOTED}|{_BACKTICKED}")


def literal_rows(text: str, dialect: Dialect) -> Effect | None:
    """The effect of INSERT INTO t [(columns)] VALUES (literals), ..; None for anything that is more than that."""
    if text[:6].upper() != "INSERT":
        return None
    found = _expression(dialect).fullmatch(text)
    if found is None:
        return None
    name = Name(tuple(_part(part, dialect) for part in PART.findall(found["name"])))
    if dialect.family is Family.SQLITE and _commands(found["columns"], name, dialect):
        return None
    place = Span(*found.span("name"))
    return Effect("INSERT", Reach.ROWS, Span(0, found.end("name")), name, "table", target_at=place)


def _part(text: str, dialect: Dialect) -> str:
    """One part of a name, as the server knows it."""
    kind = Kind.NAME if text[0] in '"`' else Kind.WORD
    return plain(Token(kind, text, 0, text.upper()), dialect.family)


def _commands(columns: str | None, name: Name, dialect: Dialect) -> bool:
    """Whether the first column is the table itself, which full-text tables take for a command."""
    first = PART.search(columns) if columns else None
    return first is not None and _part(first[0], dialect).lower() == name.parts[-1].lower()


@cache
def _expression(dialect: Dialect) -> re.Pattern[str]:
    """The whole statement, for a dialect and its modes; every repetition is possessive."""
    string = _ESCAPED if dialect.backslash_escapes else _PLAIN
    part = {
        Family.POSTGRES: rf"(?:{_WORD}|{_QUOTED})",
        Family.MYSQL: rf"(?:{_WORD}|{_BACKTICKED})",
        Family.SQLITE: rf"(?:{_WORD}|{_QUOTED}|{_BACKTICKED})",
    }[dialect.family]
    more = {
        Family.POSTGRES: rf"{string}|E{_ESCAPED}",
        Family.MYSQL: rf"(?:_binary\s++)?+{string}|_[A-Za-z0-9]++ {_HEX}|FROM_UNIXTIME\({_NUMBER}\)",
        Family.SQLITE: rf"{string}|CAST\({_HEX} AS TEXT\)",
    }[dialect.family]
    value = rf"(?:{more}|{_NUMBER}|NULL|TRUE|FALSE|DEFAULT|{_HEX})"
    system = r"(?:OVERRIDING SYSTEM VALUE\s++)?+" if dialect.family is Family.POSTGRES else ""
    row = rf"\(\s*+{value}(?:\s*+,\s*+{value})*+\s*+\)"
    name = rf"{part}(?:\.{part})*+"
    columns = rf"\(\s*+{part}(?:\s*+,\s*+{part})*+\s*+\)"
    return compiled(
        rf"INSERT\s++INTO\s++(?P<name>{name})\s*+(?P<columns>{columns})?+\s*+{system}"
        rf"VALUES\s*+{row}(?:\s*+,\s*+{row})*+\s*+;?+",
        re.IGNORECASE | re.ASCII,
    )
