"""Procedural bodies, read flat: each statement between semicolons is judged, whatever loops and branches it is in."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.analysis.control import head
from safesql.guard.analysis.dynamic import run_text
from safesql.guard.analysis.names import name_at
from safesql.guard.analysis.nested import nested
from safesql.guard.analysis.phrase import Phrase, spread
from safesql.guard.effect import Effect, Reach
from safesql.slotted import replace
from safesql.sql.dialect import Family
from safesql.sql.token import Kind

QUIET = frozenset({
    "RAISE", "NULL", "EXIT", "CONTINUE", "GET", "FETCH", "MOVE", "CLOSE", "ASSERT", "PERFORM", "RETURN", "LEAVE",
    "ITERATE", "SIGNAL", "RESIGNAL", "UNTIL",
})
"""Statements of the procedural languages that read at most; what they call is looked at."""
STRAIGHT = "straight"
BRANCHES = frozenset({
    "THEN", "ELSE", "LOOP", "WHILE", "REPEAT", "EXCEPTION", "HANDLER", "RETURN", "EXIT", "LEAVE", "ITERATE", "CONTINUE",
    "ROLLBACK", "DO",
})


def block(phrase: Phrase) -> Effect:
    """Several statements, which are the parts."""
    from safesql.guard.analysis.loops import row_by_row

    parts = row_by_row(phrase, [part for piece in phrase.split(Kind.SEMICOLON) for part in _statements(piece)])
    return spread(phrase.effect("BLOCK", Reach.READ, None, _course(phrase)), *parts)


def routine(phrase: Phrase) -> Effect:
    """The body of a routine or a DO: of what it declares, only functions that are called can write."""
    from safesql.guard.analysis.batches import in_batches
    from safesql.guard.analysis.declarations import sections
    from safesql.guard.analysis.loops import row_by_row

    parts: list[Effect] = []
    for piece, declares in sections(phrase):
        parts.extend(nested(piece) if declares else map(_into_variables, _statements(piece)))
    parts = in_batches(phrase, row_by_row(phrase, parts))
    return spread(phrase.effect("BLOCK", Reach.READ, None, _course(phrase)), *parts)


def _course(phrase: Phrase) -> str:
    """STRAIGHT where every statement runs, once and in order, unless one fails and ends it all."""
    return "" if not BRANCHES.isdisjoint(phrase.code.words[phrase.lo : phrase.hi]) else STRAIGHT


def _into_variables(effect: Effect) -> Effect:
    """In a body, SELECT .. INTO makes no table."""
    if effect.verb != "SELECT":
        return effect
    return replace(effect, parts=tuple(part for part in effect.parts if part.verb != "CREATE TABLE"))


def _statements(piece: Phrase) -> Iterator[Effect]:
    """Step over the control words before a statement, then read it; what their conditions call is read too."""
    at = piece.lo
    while at < piece.hi:
        end = head(piece, at)
        if end is None:
            yield _leaf(piece.sub(at, piece.hi))
            return
        yield from _in_head(piece.sub(at, end))
        at = end


def _in_head(words: Phrase) -> Iterator[Effect]:
    """What a condition or a loop's query does: FOR r IN DELETE .. RETURNING .. LOOP deletes."""
    yield from nested(words)
    if words.word(words.lo) != "FOR":
        return
    start = words.find(frozenset({"IN"})) + 1
    if words.word(start) == "REVERSE":
        return
    if words.word(start) == "EXECUTE":
        end = words.find(frozenset({"USING", "LOOP"}), start)
        yield run_text(words.sub(start + 1, end))
    elif words.word(start) in ("INSERT", "UPDATE", "DELETE", "MERGE", "WITH"):
        yield words.inner(start, words.hi - 1)


def _leaf(statement: Phrase) -> Effect:
    """One statement of a body."""
    word = statement.word(statement.lo)
    if word == "RETURN" and statement.word(statement.lo + 1) == "QUERY":
        return _query(statement, statement.lo + 2)
    if word == "OPEN":
        return _opened(statement)
    if word == "EXECUTE" and statement.family is Family.POSTGRES:
        end = statement.find(frozenset({"INTO", "USING"}))
        return spread(run_text(statement.sub(statement.lo + 1, end)), *nested(statement.sub(end, statement.hi)))
    if word in QUIET or _assigns(statement):
        return spread(statement.effect(word or "SET", Reach.READ), *nested(statement))
    return statement.inner(statement.lo, statement.hi)


def _query(statement: Phrase, at: int) -> Effect:
    """A query, or EXECUTE text, that a procedural statement runs."""
    if statement.word(at) == "EXECUTE":
        return run_text(statement.sub(at + 1, statement.find(frozenset({"USING"}), at)))
    return statement.inner(at, statement.hi)


def _opened(statement: Phrase) -> Effect:
    """OPEN cursor [FOR query | FOR EXECUTE text]."""
    at = statement.find(frozenset({"FOR"}))
    if at == statement.hi:
        return spread(statement.effect("OPEN", Reach.READ), *nested(statement))
    return _query(statement, at + 1)


def _assigns(statement: Phrase) -> bool:
    """Whether it is variable := value, or variable = value, the variable perhaps a field or an element."""
    name, at = name_at(statement, statement.lo)
    while statement.kind(at) is Kind.OPEN and statement.text(at) == "[":
        at = statement.after(at)
    return name is not None and statement.text(at) in (":=", "=")
