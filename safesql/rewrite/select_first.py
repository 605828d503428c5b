"""A DELETE or UPDATE as the SELECT of the rows it would take, and back: WHERE and what follows are the same in both."""

from __future__ import annotations

from safesql.guard.effect import Effect
from safesql.rewrite.written import called
from safesql.slotted import dataclass
from safesql.sql.dialect import Family
from safesql.sql.statement import Statement
from safesql.sql.token import Kind, Span


@dataclass(frozen=True, slots=True)
class Turned:
    """Both texts: ``before + kept + after``, where ``kept`` may be edited on either side."""

    before: str
    after: str
    kept: str
    select_before: str
    select_after: str = ""

    @property
    def select(self) -> str:
        """The SELECT."""
        return self.select_before + self.kept + self.select_after

    def back(self, text: str) -> str | None:
        """The statement for an edited SELECT; None when more than its condition was edited."""
        if not text.startswith(self.select_before) or not text.endswith(self.select_after):
            return None
        return self.before + text[len(self.select_before) : len(text) - len(self.select_after)] + self.after


def select_first(effect: Effect, statement: Statement) -> Turned | None:
    """The SELECT of the rows that a statement takes, written so that a person reads it; None where it has none.

    None for RETURNING without a WHERE before it, and for statements inside of others.
    """
    if effect.verb not in ("DELETE", "UPDATE") or effect.target_at is None:
        return None
    text = statement.text
    begins = _verb(statement, effect)
    start, end = _kept(statement, effect)
    if begins is None or start < effect.target_at.end:
        return None
    select = f"{text[:begins]}SELECT {_columns(statement, effect)} FROM {_tables(statement, effect)}"
    gap = "" if start == end else "\n" if "\n" in text[:start] else " "
    return Turned(text[:start], text[end:], text[start:end], select + gap)


def _verb(statement: Statement, effect: Effect) -> int | None:
    """Where the word DELETE or UPDATE of the statement itself stands."""
    words = (token for token in statement.tokens if token.word == effect.verb and token.start < _first(effect))
    found = [token.start for token in words]
    return found[-1] if found else None


def _first(effect: Effect) -> int:
    """Where the tables begin."""
    return min(span.start for span in (effect.target_at, effect.source) if span is not None)


def _kept(statement: Statement, effect: Effect) -> tuple[int, int]:
    """From the word WHERE to the end of condition, ORDER BY and LIMIT; empty behind all else where there is none."""
    if effect.where is not None:
        before = effect.where.start
        words = [token.start for token in statement.tokens if token.word == "WHERE" and token.start < before]
        return (words[-1] if words else before), max(effect.where.end, effect.tail.end if effect.tail else 0)
    if effect.tail is not None:
        return effect.tail.start, effect.tail.end
    returning = _returning(statement)
    return (-1, -1) if returning else (len(statement.text), len(statement.text))


def _returning(statement: Statement) -> bool:
    """Whether rows are given back, outside of brackets."""
    depth = 0
    for token in statement.tokens:
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        if not depth and token.word == "RETURNING":
            return True
    return False


def _tables(statement: Statement, effect: Effect) -> str:
    """What is written behind FROM."""
    target, source = _cut(statement, effect.target_at), _cut(statement, effect.source)
    if not source:
        return target
    return source if statement.dialect.family is Family.MYSQL else f"{target}, {source}"


def _columns(statement: Statement, effect: Effect) -> str:
    """Those of the table that is written to, all where it is more than one."""
    several = any(part.verb == effect.verb and part.target != effect.target for part in effect.parts)
    name = called(statement, effect.target_at) if effect.source is not None and not several else None
    return f"{name}.*" if name else "*"


def _cut(statement: Statement, span: Span | None) -> str:
    """A part of the statement, as it is written."""
    return statement.text[span.start : span.end].strip() if span else ""
