"""What could stand at the cursor: pure, from the tokens around it and the names of the database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from safesql.repl.keywords import OPENING, RESERVED, keywords
from safesql.repl.names import Relation, Snapshot
from safesql.repl.scope import INTRODUCE, Spoken, plain, spoken
from safesql.sql.dialect import Dialect
from safesql.sql.lexer import significant
from safesql.sql.quoting import is_plain, quote_name
from safesql.sql.token import Kind, Token

MOST = 300
_WORD = re.compile(r"[^\W\d][\w$]*\Z|\Z")
_COLUMNS_AFTER = frozenset({
    "SELECT", "WHERE", "ON", "AND", "OR", "NOT", "BY", "SET", "HAVING", "RETURNING", "WHEN", "THEN", "ELSE", "CASE",
    "DISTINCT", "BETWEEN", "LIKE", "IN",
})  # fmt: skip
_RELATIONS_AFTER = INTRODUCE | {"VIEW", "DESCRIBE", "TRUNCATE", "VACUUM", "REINDEX"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """``text`` replaces the ``length`` characters before the cursor; ``name`` is shown, ``about`` beside it."""

    text: str
    name: str
    about: str
    length: int


def candidates(before: str, after: str, dialect: Dialect, snapshot: Snapshot) -> list[Candidate]:
    """For one statement, cut at the cursor; those that begin as typed come first, then those that contain it."""
    word = _typed(before)
    tokens = significant(before[: len(before) - len(word)], dialect)
    if tokens and tokens[-1].kind in (Kind.BAD, Kind.STRING, Kind.NUMBER) and not before[-1:].isspace():
        return []
    offered = _offered(tokens, significant(before + after, dialect), dialect, snapshot)
    return list(_matching(offered, word, dialect))[:MOST]


def _offered(
    tokens: list[Token], whole: list[Token], dialect: Dialect, snapshot: Snapshot
) -> Iterator[tuple[str, str]]:
    """Names with what they are, in the order of use; keywords have nothing beside them."""
    previous = tokens[-1] if tokens else None
    scope = spoken(whole)
    if previous is None:
        yield from ((word, "") for word in OPENING)
    elif previous.kind is Kind.DOT:
        yield from _qualified(tokens, scope, snapshot)
    elif previous.word in _RELATIONS_AFTER or (previous.kind is Kind.COMMA and _in_relations(tokens)):
        yield from _relations(snapshot)
    else:
        if previous.word in _COLUMNS_AFTER or previous.kind is not Kind.WORD:
            yield from _columns(scope, snapshot)
            yield from ((word, "") for word in keywords(dialect.family))
        else:
            yield from ((word, "") for word in keywords(dialect.family))
            yield from _columns(scope, snapshot)
        yield from ((name, "function") for _, name, near in snapshot.routines if near)
        yield from _relations(snapshot)


def _qualified(tokens: list[Token], scope: tuple[Spoken, ...], snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Behind a dot: columns of an alias or table, relations of a schema."""
    if len(tokens) < 2:
        return
    qualifier = plain(tokens[-2]).lower()
    for each in scope:
        relation = snapshot.find(each.parts) if each.alias.lower() == qualifier else None
        if relation is not None:
            yield from relation.columns
            return
    named = [relation for relation in snapshot.relations if relation.schema.lower() == qualifier]
    if named:
        yield from ((relation.name, relation.kind) for relation in named)
    else:
        found = snapshot.find((qualifier,))
        yield from found.columns if found else ()


def _relations(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Tables and views that are found without a schema, then schemas."""
    yield from ((each.name, each.kind) for each in snapshot.relations if each.near and not _system(each))
    yield from ((schema, "schema") for schema in snapshot.schemas)
    yield from ((each.name, each.kind) for each in snapshot.relations if each.near and _system(each))


def _system(relation: Relation) -> bool:
    """Of the server itself: worth knowing, not worth showing first."""
    return relation.schema == "pg_catalog" or relation.name.startswith("sqlite_")


def _columns(scope: tuple[Spoken, ...], snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Columns of what the statement speaks of, and the aliases to qualify them with."""
    for each in scope:
        relation = snapshot.find(each.parts)
        if relation is not None:
            yield from ((name, f"{kind} {each.alias}".strip()) for name, kind in relation.columns)
    yield from ((each.alias, "alias" if each.alias != each.parts[-1] else "table") for each in scope)


def _in_relations(tokens: list[Token]) -> bool:
    """Whether a comma stands in a list of relations: the nearest clause at its depth is FROM or UPDATE."""
    depth = 0
    for token in reversed(tokens):
        depth += (token.kind is Kind.CLOSE) - (token.kind is Kind.OPEN)
        if depth < 0:
            return False
        if depth == 0 and token.word in _COLUMNS_AFTER | {"VALUES", "FROM", "UPDATE", "TABLE", "INTO", "USING"}:
            return token.word in ("FROM", "UPDATE", "TABLE", "USING")
    return False


def _matching(offered: Iterable[tuple[str, str]], word: str, dialect: Dialect) -> Iterator[Candidate]:
    """Each name once, as it has to be written."""
    low = word.lower()
    begins: dict[str, Candidate] = {}
    contains: dict[str, Candidate] = {}
    for name, about in offered:
        at = name.lower().find(low)
        if at < 0 or name in begins or name in contains or name == word:
            continue
        text = _written(name, about, word, dialect)
        (contains if at else begins)[name] = Candidate(text, name, about, len(word))
    yield from begins.values()
    if low:
        yield from contains.values()


def _written(name: str, about: str, word: str, dialect: Dialect) -> str:
    """A name quoted where it must be; a keyword in the case of what was typed."""
    if not about:
        return name.lower() if word.islower() or not word else name
    if is_plain(name, dialect) and (about == "function" or name.upper() not in RESERVED):
        return name
    return quote_name(name, dialect)


def _typed(before: str) -> str:
    """The beginning of a word at the cursor."""
    found = _WORD.search(before)
    return found[0] if found else ""
