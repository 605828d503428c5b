"""Whether a statement reads anything but what its own session made, by its tokens."""

from __future__ import annotations

from itertools import pairwise

from safesql.guard.effect import Effect, Reach
from safesql.sql.statement import Statement
from safesql.sql.token import Kind

TABLES_FOLLOW = frozenset({"FROM", "JOIN", "USING", "LIKE"})
LIST_ENDS = frozenset({"WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "UNION", "ON", "SET", "RETURNING", "VALUES"})
CHANGING = frozenset({
    "NOW", "RANDOM", "RAND", "UUID", "GEN_RANDOM_UUID", "NEXTVAL", "CURRVAL", "LASTVAL", "LAST_INSERT_ID", "SYSDATE",
    "LAST_INSERT_ROWID", "CHANGES", "TOTAL_CHANGES", "ROW_COUNT", "FOUND_ROWS", "CLOCK_TIMESTAMP", "UUID_SHORT",
    "CURRENT_TIMESTAMP", "CURRENT_TIME", "CURRENT_DATE", "LOCALTIME", "LOCALTIMESTAMP", "STATEMENT_TIMESTAMP",
    "CONNECTION_ID", "PG_BACKEND_PID", "TXID_CURRENT", "PG_CURRENT_XACT_ID", "UTC_TIMESTAMP", "CURDATE", "CURTIME",
    "RANDOMBLOB", "UNIX_TIMESTAMP", "TIMEOFDAY", "UUID_GENERATE_V4",
})  # fmt: skip
"""Functions whose value is another one each time, or depends on what the session did before."""
LAST = frozenset({
    "LAST_INSERT_ID", "LASTVAL", "CURRVAL", "LAST_INSERT_ROWID", "CHANGES", "TOTAL_CHANGES", "ROW_COUNT", "FOUND_ROWS",
})  # fmt: skip
"""Functions that tell of the statements before."""
PURE = frozenset({"CONCAT", "REPLACE", "COALESCE", "IFNULL", "NULLIF", "LOWER", "UPPER", "CAST", "CONVERT", "IF"})


def reads_more(statement: Statement, effect: Effect, own: frozenset[str], *, functions: bool = False) -> str:
    """What else it reads than the tables of ``own``, as the end of a sentence; empty where it reads nothing else.

    With ``functions`` any function counts that is not known to depend on its arguments alone.
    """
    words = words_of(statement)
    if words & CHANGING:
        return f"holds what {min(words & CHANGING).lower()} was then"
    if effect.behind or any(part.verb == "CALL" and part.reach is not Reach.SESSION for part in effect.walk()):
        return "holds what a function gave"
    table = _foreign(statement, own)
    if table:
        return f"was filled from {table}"
    if functions and ("SELECT" in words or _calls(statement) - PURE):
        return "holds what a function or a query gave"
    return ""


def words_of(statement: Statement) -> frozenset[str]:
    """Its words in upper case."""
    return frozenset(token.word for token in statement.tokens if token.word)


def names_in(statement: Statement) -> list[str]:
    """Its words, quoted names and variables in lower case, without quotes."""
    kinds = (Kind.WORD, Kind.NAME, Kind.PARAMETER)
    return [token.text.strip('"`[]').lower() for token in statement.tokens if token.kind in kinds]


def _calls(statement: Statement) -> set[str]:
    """Words with a bracket behind them."""
    tokens = statement.tokens
    return {one.word for one, two in pairwise(tokens) if one.word and two.text == "("}


def _foreign(statement: Statement, own: frozenset[str]) -> str:
    """The first table in a FROM list that is not one of these."""
    tokens, listing = statement.tokens, -1
    depth = 0
    for at, token in enumerate(tokens):
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        if token.word in TABLES_FOLLOW or (token.kind is Kind.COMMA and depth == listing):
            listing = depth
            behind = tokens[at + 1] if at + 1 < len(tokens) else None
            named = behind is not None and behind.kind in (Kind.WORD, Kind.NAME)
            if behind is not None and named and behind.text.strip('"`[]').lower() not in own:
                return behind.text
        elif token.word in LIST_ENDS or depth < listing:
            listing = -1
    return ""
