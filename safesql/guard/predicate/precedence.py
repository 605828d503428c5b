"""How tightly each server's operators bind.

PostgreSQL: https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-PRECEDENCE
MySQL: https://dev.mysql.com/doc/refman/8.4/en/operator-precedence.html (with IN, LIKE and BETWEEN before ``=``, as
its grammar and MariaDB have it). SQLite: https://www.sqlite.org/lang_expr.html#operators_and_parse_affecting_attributes
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from safesql.slotted import dataclass, replace
from safesql.sql.dialect import Dialect, Family, Mode

OR, XOR, AND, NOT = "or", "xor", "and", "not"


@dataclass(frozen=True, slots=True)
class Grammar:
    """``binary`` and ``prefix`` give an operator's meaning and level by its spelling; a higher level binds tighter."""

    binary: Mapping[str, tuple[str, int]]
    prefix: Mapping[str, tuple[str, int]]
    test: int          # IN, LIKE, BETWEEN
    is_: int           # IS, ISNULL, NOTNULL
    other: int         # an operator that is not listed
    negation: int      # NOT
    collate: int


_POSTGRES = Grammar(
    binary={
        "OR": (OR, 1), "AND": (AND, 2),
        "=": ("=", 5), "<>": ("<>", 5), "!=": ("<>", 5), "<": ("<", 5), "<=": ("<=", 5), ">": (">", 5), ">=": (">=", 5),
        "||": ("||", 8), "~": ("regexp", 8), "~*": ("regexp", 8), "!~": ("not regexp", 8), "!~*": ("not regexp", 8),
        "~~": ("like", 8), "~~*": ("ilike", 8), "!~~": ("not like", 8), "!~~*": ("not ilike", 8),
        "&": ("&", 8), "|": ("|", 8), "#": ("bitxor", 8), "<<": ("<<", 8), ">>": (">>", 8), "^@": ("^@", 8),
        "+": ("+", 9), "-": ("-", 9), "*": ("*", 10), "/": ("/", 10), "%": ("%", 10), "^": ("power", 11),
    },
    prefix={"NOT": (NOT, 3), "-": ("negative", 14), "+": ("positive", 14), "~": ("invert", 8)},
    test=6, is_=4, other=8, negation=3, collate=13,
)

_MYSQL = Grammar(
    binary={
        ":=": ("assign", 1), "OR": (OR, 2), "||": (OR, 2), "XOR": (XOR, 3), "AND": (AND, 4), "&&": (AND, 4),
        "=": ("=", 7), "<=>": ("is", 7), "<>": ("<>", 7), "!=": ("<>", 7), "<": ("<", 7), "<=": ("<=", 7),
        ">": (">", 7), ">=": (">=", 7),
        "|": ("|", 9), "&": ("&", 10), "<<": ("<<", 11), ">>": (">>", 11), "+": ("+", 12), "-": ("-", 12),
        "*": ("*", 13), "/": ("/", 13), "DIV": ("div", 13), "%": ("%", 13), "MOD": ("%", 13), "^": ("bitxor", 14),
    },
    prefix={
        "NOT": (NOT, 5), "!": (NOT, 17), "-": ("negative", 16), "+": ("positive", 16), "~": ("invert", 16),
        "BINARY": ("binary", 16),
    },
    test=8, is_=7, other=14, negation=5, collate=18,
)

_SQLITE = Grammar(
    binary={
        "OR": (OR, 1), "AND": (AND, 2),
        "=": ("=", 4), "==": ("=", 4), "<>": ("<>", 4), "!=": ("<>", 4), "<": ("<", 5), "<=": ("<=", 5),
        ">": (">", 5), ">=": (">=", 5),
        "&": ("&", 7), "|": ("|", 7), "<<": ("<<", 7), ">>": (">>", 7), "+": ("+", 8), "-": ("-", 8),
        "*": ("*", 9), "/": ("/", 9), "%": ("%", 9), "||": ("||", 10), "->": ("->", 10), "->>": ("->>", 10),
    },
    prefix={"NOT": (NOT, 3), "-": ("negative", 12), "+": ("positive", 12), "~": ("invert", 12)},
    test=4, is_=4, other=10, negation=3, collate=11,
)


@lru_cache(maxsize=32)
def grammar(dialect: Dialect) -> Grammar:
    """The operators of a dialect in its modes."""
    match dialect.family:
        case Family.POSTGRES:
            return _POSTGRES
        case Family.SQLITE:
            return _SQLITE
        case Family.MYSQL:
            changed = _MYSQL
    if dialect.has(Mode.PIPES_AS_CONCAT):
        changed = replace(changed, binary={**changed.binary, "||": ("||", 15)})
    if dialect.has(Mode.HIGH_NOT_PRECEDENCE):
        changed = replace(changed, prefix={**changed.prefix, "NOT": (NOT, 17)}, negation=17)
    return changed
