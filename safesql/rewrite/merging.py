"""What each arm of a MERGE takes, as selections of their own: the first arm that fits a row is the one that acts.

https://www.postgresql.org/docs/current/sql-merge.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safesql.guard.effect import Effect
from safesql.rewrite.assigned import Assignment, assignments
from safesql.rewrite.selection import Refusal, Selection, cut, quoted_target
from safesql.rewrite.written import called
from safesql.slotted import dataclass
from safesql.sql.statement import Statement
from safesql.sql.token import Kind, Span, Token

ACTIONS = frozenset(("INSERT", "UPDATE", "DELETE", "DO"))


@dataclass(frozen=True, slots=True)
class Arm:
    """``verb`` is INSERT, UPDATE or DELETE; ``taken`` are rows of the target, or of the source for INSERT.

    ``at`` is the action itself, behind THEN.
    """

    verb: str
    taken: Selection
    at: Span
    assigned: tuple[Assignment, ...] | None = None


@dataclass(frozen=True, slots=True)
class _When:
    """One WHEN as it is written: ``condition`` is empty where there is none."""

    matched: bool
    condition: str
    verb: str
    at: Span


def arms(effect: Effect, statement: Statement) -> tuple[Arm, ...] | Refusal:
    """The arms that change rows; DO NOTHING is left out."""
    if effect.target_at is None:
        return Refusal("it stands in a text of its own")
    tokens = [token for token in statement.tokens if effect.target_at.end <= token.start < effect.at.end]
    tops = list(_tops(tokens))
    starts = [place for place in tops if _is_when(tokens, place)]
    joins = [place for place in tops if starts and place < starts[0] and tokens[place].word == "ON"]
    if not joins or not tokens or tokens[0].word != "USING":
        return Refusal("its parts are not understood")
    source = _text(statement, tokens[1 : joins[-1]])
    on = _text(statement, tokens[joins[-1] + 1 : starts[0]])
    ends = [*starts[1:], _end(tokens, tops, starts[-1])]
    found = [_when(tokens[start:end], statement) for start, end in zip(starts, ends, strict=True)]
    if any(when is None for when in found):
        return Refusal("one of its arms is not understood")
    whens = [when for when in found if when is not None]
    return tuple(_arms(effect, statement, (source, on), whens))


def _arms(effect: Effect, statement: Statement, parts: tuple[str, str], whens: Sequence[_When]) -> Iterator[Arm]:
    """Each arm takes what the arms before it leave."""
    source, on = parts
    target = cut(statement, effect.target_at)
    with_ = f"{cut(statement, effect.with_)} " if effect.with_ else ""
    name = called(statement, effect.target_at) or quoted_target(effect, statement)
    earlier: dict[bool, list[str]] = {True: [], False: []}
    for when in whens:
        own = [f"({when.condition})"] if when.condition else []
        these = " AND ".join((*own, *(f"({each}) IS NOT TRUE" for each in earlier[when.matched])))
        earlier[when.matched].append(when.condition or "1 = 1")
        if when.verb == "DO":
            continue
        if when.matched:
            where = f"({on}) AND {these}" if these else on
            tables = f"{target} WHERE EXISTS (SELECT 1 FROM {source} WHERE {where})"
            joined = f"{target}, {source} WHERE {where}"
            taken = Selection("*", tables, "", with_, called=name, joined=joined)
        else:
            unmatched = f"NOT EXISTS (SELECT 1 FROM {target} WHERE {on})"
            taken = Selection("*", f"{source} WHERE {unmatched}" + (f" AND {these}" if these else ""), "", with_)
        values = assignments(statement, when.at) if when.verb == "UPDATE" else None
        yield Arm(when.verb, taken, when.at, values)


def _when(tokens: Sequence[Token], statement: Statement) -> _When | None:
    """WHEN [NOT] MATCHED [BY TARGET] [AND ..] THEN action; None for BY SOURCE, which no join to the source finds."""
    words = [token.word for token in tokens]
    matched = words[1] == "MATCHED"
    at = 2 if matched else 3
    if words[at : at + 2] == ["BY", "TARGET"]:
        at += 2
    then = next((place for place in _tops(tokens) if words[place] == "THEN" and _acts(words, place)), None)
    if then is None or words[at] not in ("AND", "THEN"):
        return None
    condition = _text(statement, tokens[at + 1 : then]) if words[at] == "AND" else ""
    return _When(matched, condition, words[then + 1], Span(tokens[then + 1].start, tokens[-1].end))


def _acts(words: Sequence[str], place: int) -> bool:
    """Whether an action follows; the THEN of a CASE has none."""
    return place + 1 < len(words) and words[place + 1] in ACTIONS


def _is_when(tokens: Sequence[Token], place: int) -> bool:
    """Whether an arm begins here."""
    words = [token.word for token in tokens[place : place + 3]]
    return words[:2] == ["WHEN", "MATCHED"] or words == ["WHEN", "NOT", "MATCHED"]


def _end(tokens: Sequence[Token], tops: Sequence[int], start: int) -> int:
    """Where the last arm ends."""
    return next((place for place in tops if place > start and tokens[place].word == "RETURNING"), len(tokens))


def _tops(tokens: Sequence[Token]) -> Iterator[int]:
    """The places that stand in no bracket."""
    depth = 0
    for place, token in enumerate(tokens):
        depth -= token.kind is Kind.CLOSE
        if depth == 0:
            yield place
        depth += token.kind is Kind.OPEN


def _text(statement: Statement, tokens: Sequence[Token]) -> str:
    """What is written there."""
    return statement.text[tokens[0].start : tokens[-1].end] if tokens else ""
