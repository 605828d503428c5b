"""Loops of stored programs over all rows of a table that write each of them: together they write the whole table."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from safesql.guard.analysis.derived import handed
from safesql.guard.analysis.extent import renamed
from safesql.guard.analysis.names import alias_at, name_at, plain
from safesql.guard.analysis.phrase import Phrase
from safesql.guard.analysis.tables import after_name
from safesql.guard.effect import Effect, Extent, Name
from safesql.guard.predicate import TargetNames, extent_of
from safesql.slotted import dataclass, replace
from safesql.sql.dialect import Family
from safesql.sql.token import Kind, Span

CHOICES = frozenset({"THEN", "ELSE", "WHEN", "EXIT", "CONTINUE", "RETURN", "EXCEPTION", "LEAVE", "ITERATE"})
"""Words of a loop's body by which a row may be left out."""
LOOP = frozenset({"LOOP"})
DO = frozenset({"DO"})
MANY = 50                          # loops in one body that are looked at; nobody writes more


@dataclass(frozen=True, slots=True)
class _Loop:
    """A FOR over a query: what the row is called, the query, the cursor if it is one, and the body."""

    row: str
    query: Phrase
    cursor: str
    body: Phrase


def row_by_row(phrase: Phrase, effects: list[Effect]) -> list[Effect]:
    """The statements of a body, those that take a row in each turn of a loop over all rows with the extent ALL."""
    mysql, words = phrase.family is Family.MYSQL, phrase.code.words
    if "FOR" not in words if mysql else "LOOP" not in words:
        return effects
    loops = list(islice(_loops_with_do(phrase) if mysql else _loops(phrase), MANY))
    return [replace(effect, extent=Extent.ALL) if _takes_all(effect, loops) else effect for effect in effects]


def _loops(phrase: Phrase) -> Iterator[_Loop]:
    """The FOR loops over queries in whose body no row is left out."""
    opened = phrase.hi
    for at in phrase.tops():
        if phrase.word(at) == "LOOP" and phrase.word(at - 1) != "END":
            opened = at
        elif phrase.word(at) == "FETCH" and opened < at:
            yield from _fetched(phrase, at, phrase.sub(opened + 1, loop_end(phrase, opened)))
        if phrase.word(at) != "FOR" or phrase.word(at + 2) != "IN":
            continue
        start = phrase.find(LOOP, at)
        body = phrase.sub(start + 1, loop_end(phrase, start))
        if _keeps_all(body):
            query = phrase.sub(at + 3, start)
            cursor = plain(query.code.tokens[query.lo], phrase.family) if query.hi - query.lo == 1 else ""
            row = plain(phrase.code.tokens[at + 1], phrase.family)
            yield _Loop(row, _declared(phrase, cursor) if cursor else query, cursor, body)


def _loops_with_do(phrase: Phrase) -> Iterator[_Loop]:
    """MariaDB: FOR r IN (query) DO .. END FOR, or over a declared cursor."""
    for at in phrase.tops():
        if phrase.word(at) != "FOR" or phrase.word(at + 2) != "IN":
            continue
        start = phrase.find(DO, at)
        body, query = phrase.sub(start + 1, _end_of_for(phrase, at)), phrase.sub(at + 3, start)
        if not _keeps_all(body):
            continue
        tokens = phrase.code.tokens
        if phrase.kind(query.lo) is not Kind.OPEN and query.lo < query.hi:
            query = _declared(phrase, plain(tokens[query.lo], phrase.family))
        yield _Loop(plain(tokens[at + 1], phrase.family), query, "", body)


def _end_of_for(phrase: Phrase, start: int) -> int:
    """The END FOR that belongs to a FOR."""
    depth = 0
    for at in phrase.tops(start):
        if phrase.word(at) == "FOR" and phrase.word(at - 1) == "END":
            depth -= 1
            if not depth:
                return at - 1
        elif phrase.word(at) == "FOR" and phrase.word(at + 2) == "IN":
            depth += 1
    return phrase.hi


def _keeps_all(body: Phrase) -> bool:
    """Whether no row is left out; the loop may end when there are no more."""
    words = " ".join(body.code.words[body.lo : body.hi]).replace("EXIT WHEN NOT FOUND", "")
    return CHOICES.isdisjoint(words.split())


def _fetched(phrase: Phrase, at: int, body: Phrase) -> Iterator[_Loop]:
    """LOOP FETCH c INTO r; EXIT WHEN NOT FOUND; ..."""
    into = phrase.find(frozenset({"INTO"}), at)
    if into + 1 < body.hi and _keeps_all(body):
        tokens = phrase.code.tokens
        cursor = plain(tokens[into - 1], phrase.family)
        yield _Loop(plain(tokens[into + 1], phrase.family), _declared(phrase, cursor), cursor, body)


def loop_end(phrase: Phrase, start: int) -> int:
    """The END LOOP that belongs to a LOOP."""
    depth = 0
    for at in phrase.tops(start):
        if phrase.word(at) == "LOOP":
            depth += -1 if phrase.word(at - 1) == "END" else 1
            if not depth:
                return at
    return phrase.hi


def _declared(phrase: Phrase, cursor: str) -> Phrase:
    """The query of a cursor as it is declared; nothing where that is not found."""
    for piece in phrase.split(Kind.SEMICOLON):
        at = piece.find(frozenset({"CURSOR"}))
        before = [index for index in range(at - 3, at) if index >= piece.lo and at < piece.hi]     # c NO SCROLL CURSOR
        if any(plain(piece.code.tokens[index], piece.family) == cursor for index in before):
            return piece.sub(piece.find(frozenset({"FOR", "IS"}), at) + 1, piece.hi)
    return phrase.sub(phrase.hi, phrase.hi)


def _takes_all(effect: Effect, loops: list[_Loop]) -> bool:
    """Whether an UPDATE or DELETE takes the row of a loop, and the loop goes through all rows of its table."""
    if effect.verb not in ("UPDATE", "DELETE") or effect.extent is not Extent.SOME or effect.source is not None:
        return False
    return any(_takes_row(effect, loop, effect.target) for loop in loops if effect.target is not None)


def _takes_row(effect: Effect, loop: _Loop, target: Name) -> bool:
    """Whether it stands in the loop's body and its condition says no more than: the row of this turn."""
    where, target_at = within(loop.body, effect.where), within(loop.body, effect.target_at)
    own = handed(loop.query, target) if where and target_at and loop.query.lo < loop.query.hi else None
    if own is None or where is None or target_at is None:
        return False
    if where.has(where.lo, "CURRENT", "OF"):
        return bool(loop.cursor) and plain(where.code.tokens[where.lo + 2], where.family) == loop.cursor
    names = names_of(target, target_at)
    return extent_of(renamed(where, loop.row, names.names[0], own), where.dialect, names) is Extent.ALL


def within(body: Phrase, span: Span | None) -> Phrase | None:
    """The tokens of a span, where they stand in the body."""
    if span is None:
        return None
    found = [at for at in range(body.lo, body.hi) if span.start <= body.code.tokens[at].start < span.end]
    return body.sub(found[0], found[-1] + 1) if found else None


def names_of(target: Name, target_at: Phrase) -> TargetNames:
    """How the condition calls the target."""
    _, end = name_at(target_at, target_at.lo + (target_at.word(target_at.lo) == "ONLY"))
    called = alias_at(target_at, after_name(target_at, end))[0] or target.parts[-1]
    return TargetNames((called,), (), target.parts[-1])
