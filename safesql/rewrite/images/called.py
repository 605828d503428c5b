"""Stored functions that a statement of MySQL calls: whatever they write is not among the rows that are kept."""

from __future__ import annotations

from itertools import pairwise

from safesql.guard.analysis.names import plain
from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Family
from safesql.sql.quoting import quote_string
from safesql.sql.statement import Statement
from safesql.sql.token import Kind

SECONDS = 5.0


def stored_functions(statement: Statement) -> Probe | None:
    """Rows of one name: the stored functions, of any database, among the names that are called; None where none can be.

    PostgreSQL and SQLite count what their functions and triggers write.
    """
    if statement.dialect.family is not Family.MYSQL:
        return None
    names = {
        plain(token, Family.MYSQL).lower()
        for token, following in pairwise(statement.tokens)
        if token.kind in (Kind.WORD, Kind.NAME) and following.kind is Kind.OPEN
    }
    if not names:
        return None
    listed = ", ".join(quote_string(name, statement.dialect) for name in sorted(names))
    text = (
        "SELECT r.routine_name FROM information_schema.routines r "
        f"WHERE r.routine_type = 'FUNCTION' AND lower(r.routine_name) IN ({listed})"
    )
    return Probe(text, "the stored functions that are called", SECONDS)
