"""Loops of PostgreSQL's programs that delete a few rows in each turn until none is left: together they delete all."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from safesql.guard.analysis.loops import MANY, loop_end, names_of, within
from safesql.guard.analysis.phrase import Phrase
from safesql.guard.effect import Effect, Extent
from safesql.guard.predicate import extent_of
from safesql.slotted import replace
from safesql.sql.dialect import Family
from safesql.sql.token import Kind, Token

LEFT = frozenset({"FOUND", "EXISTS", "COUNT", "ROW_COUNT"})
"""Words by which a loop goes on for as long as there are rows."""
COUNTED = frozenset({"FOR", "FOREACH"})


def in_batches(phrase: Phrase, effects: list[Effect]) -> list[Effect]:
    """The statements of a body, those with the extent ALL that take a few of all rows until none is left."""
    words = phrase.code.words
    if phrase.family is not Family.POSTGRES or "LOOP" not in words or "LIMIT" not in words or LEFT.isdisjoint(words):
        return effects
    bodies = list(islice(_until_none_is_left(phrase), MANY))
    return [
        replace(effect, extent=Extent.ALL) if any(_takes_batch(effect, body) for body in bodies) else effect
        for effect in effects
    ]


def _until_none_is_left(phrase: Phrase) -> Iterator[Phrase]:
    """The bodies of LOOP and WHILE that ask whether there are more rows; a FOR counts its turns."""
    start = phrase.lo
    for at in phrase.tops():
        if phrase.kind(at) is Kind.SEMICOLON:
            start = at
        if phrase.word(at) != "LOOP" or phrase.word(at - 1) == "END":
            continue
        body = phrase.sub(at + 1, loop_end(phrase, at))
        head = phrase.code.words[start:at]
        asked = {*head, *body.code.words[body.lo : body.hi]}
        if COUNTED.isdisjoint(head) and not LEFT.isdisjoint(asked):
            yield body


def _takes_batch(effect: Effect, body: Phrase) -> bool:
    """Whether nothing but a LIMIT spares rows of its table from a statement of this body."""
    if effect.verb != "DELETE" or effect.extent is not Extent.SOME or effect.source is not None:
        return False
    where, target_at = within(body, effect.where), within(body, effect.target_at)
    if where is None or target_at is None or effect.target is None:
        return False
    return extent_of(_without_limit(where), where.dialect, names_of(effect.target, target_at)) is Extent.ALL


def _without_limit(where: Phrase) -> list[Token]:
    """A condition without the LIMIT that ends its subqueries, each a number or a variable."""
    tokens = list(where.tokens())
    ends = [at for at, token in enumerate(tokens[:-2]) if token.word == "LIMIT" and tokens[at + 2].kind is Kind.CLOSE]
    gone = {place for at in ends for place in (at, at + 1)}
    return [token for place, token in enumerate(tokens) if place not in gone]
