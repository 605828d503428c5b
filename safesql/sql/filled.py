"""A text with parameters, and the text with values in their place: each a literal, whatever is in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from safesql.slotted import dataclass
from safesql.sql.dialect import Dialect, Family
from safesql.sql.lexer import lex
from safesql.sql.possessive import compiled
from safesql.sql.quoting import quote_string
from safesql.sql.token import Kind

_PLACE = compiled(r"(?<![\w$:@])(?:\$(\d{1,3})|:([A-Za-z_]\w*))(?![\w$])")
_KEPT = (Kind.STRING, Kind.NAME, Kind.COMMENT, Kind.BAD)
_COUNT = compiled(r"(?i)\b(?:limit|offset)\s*$")
_WHOLE = compiled(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a parameter stands; ``name`` is a number for ``$1``."""

    start: int
    end: int
    name: str


def places(text: str, dialect: Dialect) -> tuple[Place, ...]:
    """The parameters ``$1`` and ``:name`` of a text, in order, none of them inside quotes or a comment."""
    return tuple(_places(text, dialect))


def filled(text: str, positional: Sequence[str], named: Mapping[str, str], dialect: Dialect) -> str:
    """The text with a literal for every parameter; raises KeyError with the name of one that has no value.

    Raises ValueError for a value with NUL, which no literal can hold.
    """
    parts, done = [], 0
    for place in places(text, dialect):
        if place.name.isdigit():
            number = int(place.name)
            if not 0 < number <= len(positional):
                raise KeyError(f"${place.name}")
            value = positional[number - 1]
        elif place.name in named:
            value = named[place.name]
        else:
            raise KeyError(f":{place.name}")
        parts += [text[done : place.start], _literal(value, text[: place.start], dialect)]
        done = place.end
    return "".join((*parts, text[done:]))


def _places(text: str, dialect: Dialect) -> Iterator[Place]:
    """Found outside of what is quoted."""
    kept = [(token.start, token.start + len(token.text)) for token in lex(text, dialect) if token.kind in _KEPT]
    for found in _PLACE.finditer(text):
        while kept and kept[0][1] <= found.start():
            kept.pop(0)
        inside = bool(kept) and kept[0][0] < found.end()
        if not inside or text[kept[0][0]] == ":":        # a colon alone is no token of SQLite
            yield Place(found.start(), found.end(), found[1] or found[2])


def _literal(value: str, before: str, dialect: Dialect) -> str:
    """In quotes, but for a count behind LIMIT: MySQL takes no string there."""
    if dialect.family is Family.MYSQL and _WHOLE.fullmatch(value) and _COUNT.search(before):
        return value
    return quote_string(value, dialect)
