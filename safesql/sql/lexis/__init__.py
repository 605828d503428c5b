"""What the tokens of each family of servers look like: one expression for each dialect and its modes."""

from __future__ import annotations

import re
from functools import cache

from safesql.sql.dialect import Dialect, Family
from safesql.sql.lexis import mysql, postgres, sqlite
from safesql.sql.possessive import compiled

_PUNCTUATION = r"|(?P<open>[({\[])|(?P<close>[)\]}])|(?P<dot>\.)|(?P<semicolon>;)|(?P<bad>(?s:.))"
_EXPRESSIONS = {
    Family.POSTGRES: postgres.expression,
    Family.MYSQL: mysql.expression,
    Family.SQLITE: sqlite.expression,
}


@cache
def pattern(dialect: Dialect) -> re.Pattern[str]:
    """The expression of a dialect: one group for each kind, and any character at all is at least ``bad``."""
    return compiled(_EXPRESSIONS[dialect.family](dialect) + _PUNCTUATION, re.VERBOSE)
