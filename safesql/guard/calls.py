"""The routines that a text calls: names before a bracket, but for the words of the grammar and of the server itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from safesql.guard.analysis.literal import string
from safesql.guard.analysis.names import NAMES, plain
from safesql.guard.effect import Effect, Name
from safesql.guard.natives import GRAMMAR, MARIADB_ALONE, NATIVE, SPACED
from safesql.sql.dialect import Dialect, Family, Mode
from safesql.sql.lexer import significant
from safesql.sql.statement import Statement
from safesql.sql.token import Kind, Token

QUIET = frozenset({"ALTER", "DROP", "GRANT", "REVOKE", "COMMENT", "TRUNCATE", "RENAME"})
RUNS = frozenset({"CREATE TABLE", "CREATE MATERIALIZED VIEW"})
"""What creates by running a query."""
TEXTS = frozenset({"DO", "EXECUTE", "PREPARE", "BLOCK"})
"""Statements whose strings are code."""
REMEMBERED = 4096
LONGEST = 200_000            # characters of a statement in which calls are looked for


def calls_of(statement: Statement, effect: Effect) -> tuple[Name, ...]:
    """The routines that a statement with this effect calls itself, each once."""
    if statement.literal_rows or statement.problem or "(" not in statement.text or not _runs(statement, effect):
        return ()
    if len(statement.text) > LONGEST:
        return ()
    strings = effect.verb in TEXTS
    if len(statement.text) <= REMEMBERED:
        return _remembered(statement.text, statement.dialect, strings)
    return called(statement.text, statement.dialect, strings=strings)


def called(text: str, dialect: Dialect, *, strings: bool = False, depth: int = 3) -> tuple[Name, ...]:
    """The names before brackets in a text, each once; with ``strings`` those in its strings, too."""
    if dialect.family is Family.SQLITE:
        return ()                                  # functions of SQLite are C code of the library
    tokens = significant(text, dialect)
    found = dict.fromkeys(_names(tokens, dialect))
    for token in tokens if strings and depth else ():
        inner = string(token.text, dialect) if token.kind is Kind.STRING else None
        if inner and "(" in inner:
            found |= dict.fromkeys(called(inner, dialect, strings=True, depth=depth - 1))
    return tuple(found)


@lru_cache(maxsize=512)
def _remembered(text: str, dialect: Dialect, strings: bool) -> tuple[Name, ...]:
    """The same text is judged at every key and again when it runs."""
    return called(text, dialect, strings=strings)


def _runs(statement: Statement, effect: Effect) -> bool:
    """Whether executing a statement runs the expressions in it."""
    if effect.verb == "EXPLAIN":
        return bool(effect.parts) or "ANALY" in statement.text.upper()
    first = effect.verb.partition(" ")[0]
    return first not in QUIET and (first != "CREATE" or effect.verb in RUNS)


def _names(tokens: Sequence[Token], dialect: Dialect) -> Iterator[Name]:
    """The possibly qualified names before an opening bracket, in order."""
    for at, token in enumerate(tokens):
        if token.kind is not Kind.OPEN or not at or token.text != "(" or tokens[at - 1].kind not in NAMES:
            continue
        first = at - 1
        while first >= 2 and tokens[first - 1].kind is Kind.DOT and tokens[first - 2].kind in NAMES:
            first -= 2
        parts = tuple(plain(each, dialect.family) for each in tokens[first:at:2])
        apart = token.start > tokens[at - 1].end
        if first < at - 1 or not _own(tokens[at - 1], dialect, apart=apart):
            yield Name(parts if dialect.family is Family.POSTGRES else tuple(part.lower() for part in parts))


def _own(token: Token, dialect: Dialect, *, apart: bool) -> bool:
    """Whether an unqualified name is a word of the grammar, or one that the server takes for its own function.

    MySQL: https://dev.mysql.com/doc/refman/8.0/en/function-resolution.html; PostgreSQL looks in the catalog.
    """
    if token.kind is not Kind.WORD:
        return False
    word = token.word.lower()
    if word in GRAMMAR[dialect.family]:
        return True
    if dialect.family is not Family.MYSQL or word not in NATIVE:
        return False
    if dialect.name == "mysql" and word in MARIADB_ALONE:
        return False
    return not (apart and word in SPACED and Mode.IGNORE_SPACE not in dialect.modes)
