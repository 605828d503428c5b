"""The tables that the query of a view reads where a write to the view may reach them."""

from __future__ import annotations

from safesql.guard.analysis import READER
from safesql.guard.analysis.overwrite import AFTER_FROM
from safesql.guard.analysis.phrase import Phrase, code_of
from safesql.guard.analysis.tables import factors
from safesql.guard.effect import Name
from safesql.sql.dialect import Dialect
from safesql.sql.lexer import significant
from safesql.sql.token import Kind

SETS = frozenset({"UNION", "EXCEPT", "INTERSECT"})


def read_from(text: str, dialect: Dialect) -> tuple[Name, ...]:
    """The tables of its FROM; none where the query joins sets of rows, which no server writes through."""
    code = code_of([token for token in significant(text, dialect) if token.kind is not Kind.SEMICOLON], dialect, READER)
    if code is None:
        return ()
    phrase = Phrase(code, 0, len(code.tokens))
    start = phrase.find(frozenset({"FROM"}), phrase.find(frozenset({"SELECT"})))
    if start == phrase.hi or phrase.find(SETS) < phrase.hi:
        return ()
    tables = factors(phrase.sub(start + 1, phrase.find(AFTER_FROM, start + 1)))
    return tuple(dict.fromkeys(table.name for table in tables if table.name is not None))
