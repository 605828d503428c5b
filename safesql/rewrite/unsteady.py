"""The functions by which a statement chooses its rows that answer otherwise each time: a count is of one time only."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.effect import Effect, Reach
from safesql.sql.statement import Statement
from safesql.sql.token import Kind


def unsteady(root: Effect, statement: Statement) -> Iterator[str]:
    """Their names, each once, in the WHERE of the writes, in what they join and in their LIMIT."""
    from safesql.guard.predicate.functions import VOLATILE

    writes = [part for part in root.walk() if part.reach is Reach.ROWS]
    spans = [span for part in writes for span in (part.where, part.source, part.tail, part.with_) if span]
    said = set[str]()
    for token, following in zip(statement.tokens, statement.tokens[1:], strict=False):
        called = token.kind is Kind.WORD and following.kind is Kind.OPEN and token.word in VOLATILE
        if called and token.word not in said and any(span.start <= token.start < span.end for span in spans):
            said.add(token.word)
            yield token.text.lower()
