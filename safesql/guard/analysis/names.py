"""Names of tables and other things, as the server resolves them."""

from __future__ import annotations

import re

from safesql.guard.analysis.phrase import Phrase
from safesql.guard.effect import Name
from safesql.sql.dialect import Family
from safesql.sql.token import Kind, Token

NAMES = (Kind.WORD, Kind.NAME)
STOPS = frozenset({
    "WHERE", "SET", "FROM", "USING", "ON", "ORDER", "LIMIT", "RETURNING", "JOIN", "LEFT", "RIGHT", "FULL", "INNER",
    "CROSS", "NATURAL", "STRAIGHT_JOIN", "VALUES", "VALUE", "SELECT", "WITH", "WHEN", "USE", "FORCE", "IGNORE",
    "PARTITION", "FOR", "TABLESAMPLE", "INDEXED", "NOT", "GROUP", "HAVING", "UNION", "EXCEPT", "INTERSECT",
    "OVERRIDING", "DEFAULT", "TABLE", "WINDOW", "FETCH", "OFFSET", "READ", "WRITE", "UESCAPE", "OUTER", "LATERAL",
    "PROCEDURE", "INTO",
})
"""Words after a table's name that begin something else than an alias."""


def plain(token: Token, family: Family) -> str:
    """A name as the server knows it: quotes removed, PostgreSQL's unquoted names in lower case."""
    text = token.text
    if token.kind is Kind.WORD:
        return text.lower() if family is Family.POSTGRES else text
    if text[:2].upper() == "U&":
        return _decoded(text[3:-1].replace('""', '"'))
    quote = text[:1]
    if quote == "[":
        return text[1:-1]
    return text[1:-1].replace(quote * 2, quote) if quote in "\"'`" and len(text) > 1 else text


def _decoded(text: str, escape: str = "\\") -> str:
    r"""The characters of U&"d\0061ta"."""
    mark = re.escape(escape)
    pattern = rf"{mark}(?:([0-9A-Fa-f]{{4}})|\+([0-9A-Fa-f]{{6}})|({mark}))"
    return re.sub(pattern, lambda found: found[3] or chr(min(int(found[1] or found[2], 16), 0x10FFFF)), text)


def name_at(phrase: Phrase, at: int) -> tuple[Name | None, int]:
    """The possibly qualified name at an index, and the index after it; None where no name stands."""
    parts: list[str] = []
    index = at
    while _is_name(phrase, index):
        token = phrase.code.tokens[index]
        part, index = plain(token, phrase.family), index + 1
        if phrase.word(index) == "UESCAPE" and phrase.kind(index + 1) is Kind.STRING:
            part, index = _decoded(token.text[3:-1], phrase.text(index + 1)[1:2]), index + 2
        parts.append(part)
        if phrase.kind(index) is not Kind.DOT:
            break
        index += 1
    return (Name(tuple(parts)), index) if parts else (None, at)


def _is_name(phrase: Phrase, at: int) -> bool:
    """Words and quoted names; SQLite takes a string in the place of a name, too."""
    kind = phrase.kind(at)
    return kind in NAMES or (kind is Kind.STRING and phrase.family is Family.SQLITE)


def alias_at(phrase: Phrase, at: int) -> tuple[str, int]:
    """An alias with or without AS, and the index after it (and after its list of columns); empty where none stands."""
    index = at + 1 if phrase.word(at) == "AS" else at
    kind = phrase.kind(index)
    bare = kind is Kind.WORD and (index > at or phrase.word(index) not in STOPS)
    if not (bare or kind is Kind.NAME or (kind is Kind.STRING and phrase.family is not Family.POSTGRES)):
        return "", at
    alias = plain(phrase.code.tokens[index], phrase.family)
    index += 1
    return alias, phrase.after(index) if phrase.kind(index) is Kind.OPEN else index
