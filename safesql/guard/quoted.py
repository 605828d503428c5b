"""SQLite's "x", which is a column where the table has one of that name, and a string where it has none.

https://www.sqlite.org/quirks.html#double_quoted_string_literals_are_accepted
"""

from __future__ import annotations

from safesql.guard.behind import Asked, Behind, Sort
from safesql.guard.effect import Effect
from safesql.slotted import replace
from safesql.sql.dialect import Family
from safesql.sql.statement import Statement
from safesql.sql.token import Kind

PLAIN = frozenset('"[]')


def with_columns(statement: Statement, effect: Effect, known: Behind) -> Statement:
    """The same statement, each character in its place, with [x] for every "x" that is a column of a table it writes."""
    if statement.dialect.family is not Family.SQLITE or '"' not in statement.text or statement.problem:
        return statement
    tables = [known.get(Asked(Sort.TABLE, part.target)) for part in effect.walk() if part.target is not None]
    found = [table.columns for table in tables if table is not None and table.columns]
    if not found:
        return statement
    columns = frozenset.intersection(*(frozenset(name.casefold() for name in names) for names in found))
    text = list(statement.text)
    for token in statement.tokens:
        name = token.text[1:-1]
        if token.kind is Kind.NAME and token.text[0] == '"' and name.casefold() in columns and PLAIN.isdisjoint(name):
            text[token.start], text[token.end - 1] = "[", "]"
    return replace(statement, text="".join(text))
