"""The rows to which an upsert gives another value in some columns, as far as foreign keys may follow them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safesql.guard.analysis.names import plain
from safesql.guard.effect import Effect
from safesql.rewrite.assigned import Assignment, listed
from safesql.slotted import dataclass, replace
from safesql.sql.lexer import significant
from safesql.sql.statement import Statement
from safesql.sql.token import Kind, Token

_NAMES = (Kind.WORD, Kind.NAME)
_CONSTANTS = ("NULL", "TRUE", "FALSE")
_OWN = ("n", "n.n", "n.n.n")
_NEW = (("n.n", "excluded"), ("n(n)", "values"), ("n(n)", "value"))


@dataclass(frozen=True, slots=True)
class Upserted:
    """``assigned`` get the same value in each row that is met; ``renewed`` are columns that get the new row's."""

    assigned: tuple[Assignment, ...]
    renewed: tuple[str, ...]


def upserted(effect: Effect, statement: Statement) -> Upserted | None:
    """What stands after ON CONFLICT .. DO UPDATE SET or ON DUPLICATE KEY UPDATE; None where it is not understood.

    A value that names a column is None. A column that is given its own value is left out.
    https://mariadb.com/kb/en/insert-on-duplicate-key-update/ has the idiom ``id = LAST_INSERT_ID(id)``.
    """
    tokens = [token for token in statement.tokens if effect.at.start <= token.start and token.end <= effect.at.end]
    found = listed(list(_given(tokens)), statement)
    if found is None:
        return None
    assigned, renewed = list[Assignment](), list[str]()
    for each in found:
        shape, names, constant = _value(each, statement)
        same = bool(names) and names[-1] == each.column.lower()
        if same and (shape, names[0]) in _NEW:
            renewed.append(each.column)
        elif not (same and (shape in _OWN or (shape, names[0]) == ("n(n)", "last_insert_id"))):
            assigned.append(replace(each, value=each.value if constant else None, table=""))
    return Upserted(tuple(assigned), tuple(renewed))


def _given(tokens: Sequence[Token]) -> Iterator[Token]:
    """The tokens after SET, or after MySQL's UPDATE, of the arm that meets rows."""
    depth, behind = 0, False
    for place, token in enumerate(tokens):
        if behind and not (token.word == "SET" and tokens[place - 1].word == "UPDATE"):
            yield token
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        if depth == 0 and token.word == "UPDATE" and place and tokens[place - 1].word in ("DO", "KEY"):
            behind = True


def _value(each: Assignment, statement: Statement) -> tuple[str, list[str], bool]:
    """A value with n for each name, the names in lower case, and whether there are none but constants."""
    words = list(significant(each.value or "", statement.dialect))
    names = [plain(token, statement.dialect.family).lower() for token in words if token.kind in _NAMES]
    shape = "".join("n" if token.kind in _NAMES else token.text for token in words)
    return shape, names, all(token.kind not in _NAMES or token.word in _CONSTANTS for token in words)
