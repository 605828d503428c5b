"""The tables of a FROM, USING or multi-table list, and the conditions that restrict each of them."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.analysis.names import alias_at, name_at
from safesql.guard.analysis.phrase import Phrase
from safesql.guard.effect import Name
from safesql.slotted import dataclass, field
from safesql.sql.token import Kind

NESTED = 8                     # joins in brackets in brackets; deeper ones restrict nothing, so they are flagged
SIDES = frozenset({"LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL", "OUTER"})
JOINS = frozenset({"JOIN", "STRAIGHT_JOIN"})


@dataclass(slots=True)
class Factor:
    """One table: what its columns are qualified with, where it stands, and the conditions that its rows must meet.

    ``name`` is None for a subquery or a function. ``joined`` is true where a NATURAL or USING join restricts it.
    ``links`` are all conditions of the joins it takes part in, those of outer joins included.
    """

    name: Name | None
    alias: str
    place: Phrase
    conditions: list[Phrase] = field(default_factory=list)
    links: list[Phrase] = field(default_factory=list)
    joined: bool = False

    @property
    def called(self) -> str:
        """What its columns are qualified with."""
        return self.alias or (self.name.parts[-1] if self.name else "")


def factors(phrase: Phrase, level: int = 0) -> list[Factor]:
    """All tables of a list, in order, those of joins in brackets included."""
    found: list[Factor] = []
    for item in phrase.split(Kind.COMMA):
        found.extend(_joined(item, level))
    return found


def _joined(item: Phrase, level: int) -> list[Factor]:
    """One item of the list: a table, with the joins that follow it."""
    left: list[Factor] = []
    right: list[Factor] = []
    side = ""
    for joiner, part in _segments(item):
        if joiner in JOINS:
            left, right = left + right, _factor(part, level)
            side = _side(item, part)
            if "NATURAL" in side.split():
                _restrict(left, right, side, None)
        elif joiner in ("ON", "USING"):
            _restrict(left, right, side, part if joiner == "ON" else None)
        else:
            right = _factor(part, level)
    return left + right


def _segments(item: Phrase) -> Iterator[tuple[str, Phrase]]:
    """The parts of a join, each with the word before it: none for the first, then JOIN, ON, USING."""
    joiner, start = "", item.lo
    for index in item.tops():
        word = item.word(index)
        if word in JOINS:
            yield joiner, item.sub(start, _before_sides(item, index, start))
        elif word == "ON" or (word == "USING" and item.kind(index + 1) is Kind.OPEN):
            yield joiner, item.sub(start, index)
        else:
            continue
        joiner, start = word, index + 1
    yield joiner, item.sub(start, item.hi)


def _before_sides(item: Phrase, join: int, start: int) -> int:
    """Where LEFT OUTER and the like begin, that stand before a JOIN."""
    while join > start and item.word(join - 1) in SIDES:
        join -= 1
    return join


def _side(item: Phrase, part: Phrase) -> str:
    """The words before the JOIN that a part follows."""
    join = part.lo - 1
    return " ".join(item.word(index) for index in range(_before_sides(item, join, item.lo), join))


def _restrict(left: list[Factor], right: list[Factor], side: str, condition: Phrase | None) -> None:
    """Give a join's condition to the tables that lose rows by it: an outer join keeps its outer side whole."""
    words = side.split()
    restricted = [] if "FULL" in words else [*left, *right]
    if "LEFT" in words:
        restricted = right
    elif "RIGHT" in words:
        restricted = left
    for factor in (*left, *right):
        if condition is not None:
            factor.links.append(condition)
    for factor in restricted:
        if condition is None:
            factor.joined = True
        else:
            factor.conditions.append(condition)


def _factor(part: Phrase, level: int) -> list[Factor]:
    """A table with its alias; a join in brackets gives all of its tables."""
    at = part.lo
    while part.word(at) in ("LATERAL", "ONLY"):
        at += 1
    if part.kind(at) is Kind.OPEN:
        inside = part.inside(at)
        if _is_query(inside):
            return [Factor(None, alias_at(part, part.after(at))[0], part)]
        if level < NESTED:
            return factors(inside, level + 1)
        return [Factor(None, "", part)]
    name, end = name_at(part, at)
    if name is None or part.kind(end) is Kind.OPEN:
        return [Factor(None, _function_alias(part, end), part)]
    return [Factor(name, alias_at(part, after_name(part, end))[0], part)]


def _is_query(inside: Phrase) -> bool:
    """Whether a bracket holds a subquery, however many brackets are around it."""
    at = inside.lo
    while inside.kind(at) is Kind.OPEN:
        at += 1
    return (
        inside.code.words[at] in ("SELECT", "WITH", "VALUES", "TABLE", "VALUE")
        if at < len(inside.code.words)
        else False
    )


def _function_alias(part: Phrase, at: int) -> str:
    """The alias of a function's rows."""
    end = part.after(at) if part.kind(at) is Kind.OPEN else at
    if part.has(end, "WITH", "ORDINALITY"):
        end += 2
    return alias_at(part, end)[0]


def after_name(phrase: Phrase, at: int) -> int:
    """The index after what may stand between a table's name and its alias."""
    if phrase.text(at) == "*":
        at += 1
    if phrase.word(at) == "PARTITION" and phrase.kind(at + 1) is Kind.OPEN:
        at = phrase.after(at + 1)
    if phrase.has(at, "FOR", "PORTION", "OF"):
        at = _after_portion(phrase, at)
    return at


def _after_portion(phrase: Phrase, at: int) -> int:
    """The index after FOR PORTION OF period FROM a TO b, as far as its values are single tokens or brackets."""
    to = phrase.find(frozenset({"TO", "WHERE", "SET"}), at)
    if phrase.word(to) != "TO":
        return phrase.after(at + 4) if phrase.kind(at + 4) is Kind.OPEN else at + 3
    return phrase.find(frozenset({"SET", "WHERE", "AS", "ORDER", "LIMIT", "RETURNING"}), to)
