"""Values of enums, where a column is compared with one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from safesql.repl.names import Snapshot
from safesql.repl.scope import Spoken, plain
from safesql.slotted import dataclass
from safesql.sql.dialect import Dialect
from safesql.sql.lexer import significant
from safesql.sql.token import Kind, Token

_NAMES = (Kind.WORD, Kind.NAME)
_OPERATORS = frozenset({"=", "<>", "!=", "<", ">", "<=", ">=", "<=>"})
_ENUM = re.compile(r"(?:enum|set)\((.*)\)", re.IGNORECASE | re.DOTALL)
_ITEM = re.compile(r"'((?:[^']|'')*)'")


@dataclass(frozen=True, slots=True)
class Begun:
    """A string that is begun at the end of a text: what it holds so far, and the tokens before it."""

    typed: str
    tokens: tuple[Token, ...]

    def quoted(self, value: str) -> str:
        """The rest of the string, which the quote before it was typed for."""
        return value.replace("'", "''") + "'"


def begun_value(before: str, dialect: Dialect) -> Begun | None:
    """The string that the cursor is in, when it is a plain one."""
    tokens = significant(before, dialect)
    if not tokens or tokens[-1].kind is not Kind.BAD or tokens[-1].text[:1] != "'":
        return None
    typed = tokens[-1].text[1:]
    return Begun(typed, tuple(tokens[:-1])) if "'" not in typed and "\n" not in typed else None


def compared(tokens: Sequence[Token]) -> tuple[str, str] | None:
    """Qualifier and column before ``=``, ``IN (`` and their like, with the cursor behind them."""
    at = len(tokens) - 1
    while at >= 0 and tokens[at].kind in (Kind.STRING, Kind.COMMA):
        at -= 1
    if at >= 1 and tokens[at].kind is Kind.OPEN and tokens[at - 1].word == "IN":
        at -= 2
        at -= at >= 0 and tokens[at].word == "NOT"
    elif at >= 0 and tokens[at].text in _OPERATORS:
        at -= 1
    else:
        return None
    if at < 0 or tokens[at].kind not in _NAMES:
        return None
    qualified = at >= 2 and tokens[at - 1].kind is Kind.DOT and tokens[at - 2].kind in _NAMES
    return (plain(tokens[at - 2]) if qualified else "", plain(tokens[at]))


def values_of(column: tuple[str, str] | None, scope: Sequence[Spoken], snapshot: Snapshot) -> Iterator[str]:
    """The values that a column of the relations in scope can have, where its type lists them."""
    if column is None:
        return
    qualifier, name = column
    for each in scope:
        relation = snapshot.find(each.parts) if not qualifier or each.alias.lower() == qualifier.lower() else None
        if relation is None:
            continue
        for own, kind in relation.columns:
            if own.lower() == name.lower():
                listed = _ENUM.fullmatch(kind)
                yield from snapshot.values.get((relation.schema, relation.name, own), ())
                yield from (item.replace("''", "'") for item in _ITEM.findall(listed[1])) if listed else ()
                return
