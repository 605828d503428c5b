"""A SELECT cut at its own clauses, and the names of the tables it reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Protocol

from safesql.guard.predicate.fold import Fold
from safesql.guard.predicate.truth import Truth
from safesql.guard.predicate.value import Value
from safesql.slotted import dataclass
from safesql.sql.token import Kind, Token

DEEPEST = 6       # subqueries within subqueries that are looked into
_ENDS = frozenset(
    "WHERE GROUP HAVING ORDER LIMIT OFFSET FETCH FOR UNION EXCEPT INTERSECT WINDOW PROCEDURE INTO LOCK".split()
)
_NO_ALIAS = _ENDS | frozenset("ON USING JOIN INNER LEFT RIGHT FULL CROSS NATURAL STRAIGHT_JOIN LATERAL AS SET".split())
_JOINS = frozenset("JOIN INNER LEFT RIGHT FULL CROSS NATURAL STRAIGHT_JOIN".split())
_LOOSER = frozenset("OR XOR CASE BETWEEN NOT".split())
_AGGREGATES = frozenset("COUNT SUM MIN MAX AVG TOTAL GROUP_CONCAT STRING_AGG ARRAY_AGG BOOL_AND BOOL_OR EVERY".split())


class Reading(Protocol):
    """How the conditions and values inside a subquery are read."""

    def truth(self, fold: Fold, tokens: Sequence[Token]) -> Truth:
        """A condition; raises NotUnderstood."""
        ...

    def value(self, fold: Fold, tokens: Sequence[Token]) -> Value | None:
        """One value, or None when there is not one and no more."""
        ...


@dataclass(frozen=True, slots=True)
class Clauses:
    """The parts of a plain SELECT; ``simple`` when nothing else could change how many rows it gives."""

    columns: Sequence[Token]
    tables: Sequence[Token]
    where: Sequence[Token]
    words: frozenset[str]

    @property
    def simple(self) -> bool:
        """Whether only its WHERE picks rows."""
        return not self.words & frozenset("GROUP HAVING LIMIT OFFSET FETCH UNION EXCEPT INTERSECT".split())

    @property
    def one_row(self) -> bool:
        """Whether an aggregate makes one row of all, even of none."""
        if any(token.word in ("OVER", "SELECT") for token in self.columns):
            return False
        return any(token.word in _AGGREGATES and after.text == "(" for token, after in pairwise(self.columns))


def clauses(tokens: Sequence[Token]) -> Clauses | None:
    """A SELECT cut at its own FROM and WHERE; None when it is no plain SELECT."""
    if not tokens or tokens[0].word != "SELECT":
        return None
    marks: list[tuple[str, int]] = [("SELECT", 0)]
    depth = 0
    for place, token in enumerate(tokens):
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        before = tokens[place - 1] if place else token
        no_clause = before.kind is Kind.DOT or (before.word == "DISTINCT" and place > 1)
        if depth == 0 and not no_clause and (token.word in _ENDS or token.word == "FROM"):
            marks.append((token.word, place))
    marks.append(("", len(tokens)))
    found = {word: (start, end) for (word, start), (_, end) in reversed(list(pairwise(marks)))}

    def part(word: str) -> Sequence[Token]:
        start, end = found.get(word, (0, 0))
        return tokens[start + 1 : end]

    idle = {"LIMIT"} if _unlimited(part("LIMIT")) else set()
    if [token.text for token in part("OFFSET")[:1]] == ["0"]:
        idle.add("OFFSET")
    return Clauses(part("SELECT"), part("FROM"), part("WHERE"), frozenset(found) - idle)


def joined_by_and(condition: Sequence[Token]) -> list[Sequence[Token]]:
    """The conditions that all must hold, as far as they are to be seen; none where another word joins them."""
    found: list[Sequence[Token]] = []
    depth = start = 0
    for place, token in enumerate(condition):
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        if depth == 0 and token.word in _LOOSER:
            return []
        if depth == 0 and token.word == "AND":
            found.append(condition[start:place])
            start = place + 1
    return [*found, condition[start:]]


def _unlimited(limit: Sequence[Token]) -> bool:
    """LIMIT ALL and LIMIT NULL of PostgreSQL, a negative one of SQLite; on the others these are errors."""
    words = [token.text.upper() for token in limit]
    return words in (["ALL"], ["NULL"]) or (len(words) == 2 and words[0] == "-" and words[1].isdigit())


def table_names(tables: Sequence[Token]) -> frozenset[str]:
    """What the tables of a FROM answer to, folded: the alias where there is one, else the name."""
    names: list[str] = []
    depth, condition, named = 0, False, False
    for token in tables:
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        if depth > 0 or token.kind is Kind.CLOSE:
            continue
        if token.word in ("ON", "USING"):
            condition = True
        elif token.kind is Kind.COMMA or token.word in _JOINS:
            condition, named = False, False
        elif not condition and _is_name(token):
            if named:
                names.pop()
            names.append(bare(token))
            named = True
    return frozenset(names)


def _is_name(token: Token) -> bool:
    """Whether it can be a table or its alias."""
    return token.kind is Kind.NAME or (token.kind is Kind.WORD and token.word not in _NO_ALIAS)


def bare(token: Token) -> str:
    """A name without its quotes, folded."""
    return (token.text[1:-1] if token.kind is Kind.NAME else token.text).casefold()


def items(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The parts between commas outside of brackets."""
    depth = start = 0
    for place, token in enumerate(tokens):
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        if depth == 0 and token.kind is Kind.COMMA:
            yield tokens[start:place]
            start = place + 1
    yield tokens[start:]
