"""Which relations a statement speaks of, and by which names; read from tokens, finished or not."""

from __future__ import annotations

from collections.abc import Sequence

from safesql.slotted import dataclass
from safesql.sql.token import Kind, Token

INTRODUCE = frozenset({"FROM", "JOIN", "UPDATE", "INTO", "TABLE", "USING", "STRAIGHT_JOIN", "ONLY"})
"""Words behind which a relation is named."""

_NO_ALIAS = frozenset({
    "WHERE", "SET", "ON", "USING", "JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "NATURAL", "ORDER", "GROUP",
    "HAVING", "LIMIT", "VALUES", "SELECT", "UNION", "RETURNING", "WINDOW", "FOR", "OFFSET", "FETCH", "INTERSECT",
    "EXCEPT", "WHEN", "STRAIGHT_JOIN", "FORCE", "USE", "IGNORE", "DEFAULT", "PARTITION", "CASCADE", "RESTRICT",
})  # fmt: skip
_NAMES = (Kind.WORD, Kind.NAME)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A relation as the statement names it; ``alias`` is what its columns can be qualified with."""

    parts: tuple[str, ...]
    alias: str


def spoken(tokens: Sequence[Token]) -> tuple[Spoken, ...]:
    """The relations in a statement's significant tokens, in order, those inside brackets too."""
    found: list[Spoken] = []
    index, expected = 0, False
    while index < len(tokens):
        token = tokens[index]
        if expected and token.kind in _NAMES and token.word not in _NO_ALIAS | INTRODUCE:
            relation, index = _relation(tokens, index)
            found.append(relation)
            expected = index < len(tokens) and tokens[index].kind is Kind.COMMA
            index += expected
            continue
        expected = token.word in INTRODUCE
        index += 1
    return tuple(found)


def _relation(tokens: Sequence[Token], index: int) -> tuple[Spoken, int]:
    """A name, its qualifiers, its alias; and where it ends."""
    parts = [plain(tokens[index])]
    index += 1
    while index + 1 < len(tokens) and tokens[index].kind is Kind.DOT and tokens[index + 1].kind in _NAMES:
        parts.append(plain(tokens[index + 1]))
        index += 2
    if index < len(tokens) and tokens[index].word == "AS":
        index += 1
    if index < len(tokens) and tokens[index].kind in _NAMES and tokens[index].word not in _NO_ALIAS:
        return Spoken(tuple(parts), plain(tokens[index])), index + 1
    return Spoken(tuple(parts), parts[-1]), index


def plain(token: Token) -> str:
    """A name without its quotes."""
    text = token.text
    if token.kind is Kind.NAME and len(text) > 1:
        closing = text[-1]
        return text[1:-1].replace(closing * 2, closing)
    return text
