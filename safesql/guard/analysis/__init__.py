"""What a statement does: tokens to a tree of effects, by allow-list; what is not understood is opaque."""

from __future__ import annotations

from functools import lru_cache

from safesql.guard.analysis.block import routine
from safesql.guard.analysis.bulk import literal_rows
from safesql.guard.analysis.dispatch import read
from safesql.guard.analysis.phrase import DEPTH, Code, Phrase, Reader, code_of, spread
from safesql.guard.analysis.produced import COMMAND, produced
from safesql.guard.analysis.versions import readings
from safesql.guard.effect import Effect, Extent, Reach
from safesql.slotted import replace
from safesql.sql.dialect import Dialect, Family
from safesql.sql.lexer import significant
from safesql.sql.statement import Statement
from safesql.sql.token import Kind, Span, Token

REMEMBERED = 4096         # longer texts are not kept for the next key or the next run


def effect_of(statement: Statement) -> Effect:
    """The effect of a statement by its text and dialect alone; never raises, and linear in the length of the text."""
    if statement.problem:
        return _unknown(statement.text, "UNTERMINATED", statement.problem)
    if statement.command is not None and statement.command.name == COMMAND:
        return _with_produced(statement)
    if len(statement.text) <= REMEMBERED:
        return _remembered(statement.text, statement.dialect)
    rows = literal_rows(statement.text, statement.dialect)
    return rows or _of_code(statement.text, list(statement.tokens), statement.dialect)


def _with_produced(statement: Statement) -> Effect:
    """The effect of a query, and of the statements that it produces."""
    effect = of_text(statement.text, statement.dialect)
    code = _code(list(statement.tokens), statement.dialect)
    return effect if code is None else spread(effect, *produced(Phrase(code, 0, len(code.tokens))))


@lru_cache(maxsize=512)
def _remembered(text: str, dialect: Dialect) -> Effect:
    """The same text is judged at every key and again when it runs."""
    return of_text(text, dialect)


def of_text(text: str, dialect: Dialect, depth: int = 0) -> Effect:
    """The effect of one statement's text, read in every way that servers of the dialect may read it."""
    from safesql.guard.analysis.keyed import keyed

    quick = literal_rows(text, dialect) or (None if depth else keyed(text, dialect, whole))
    return quick or _of_code(text, significant(text, dialect), dialect, depth)


def whole(text: str, dialect: Dialect) -> Effect:
    """The effect by the whole analysis, without a fast path."""
    return _of_code(text, significant(text, dialect), dialect)


def _of_code(text: str, code: list[Token], dialect: Dialect, depth: int = 0) -> Effect:
    """The effect of a text with these significant tokens."""
    ways = readings(code, dialect)
    if ways is None:
        return _unknown(text, "OPAQUE", "executable comments for too many versions, or inside each other")
    effects = [_of_tokens(text, tokens, dialect, depth) for tokens in ways]
    if len(effects) == 1:
        return effects[0]
    strictest = max(effects, key=_weight)
    return replace(strictest, parts=(*strictest.parts, *(other for other in effects if other is not strictest)))


def of_body(text: str, dialect: Dialect, depth: int) -> Effect:
    """The effect of a procedural body that stands in a string."""
    from safesql.guard.analysis.declarations import variables

    code = _code(significant(text, dialect), dialect)
    if code is None or depth > DEPTH:
        return _unknown(text, "OPAQUE", "a body that is not understood")
    if dialect.family is Family.POSTGRES:
        code = replace(code, declared=variables(code))
    return routine(Phrase(code, 0, len(code.tokens), depth))


def _of_tokens(text: str, tokens: list[Token], dialect: Dialect, depth: int) -> Effect:
    """The effect of one reading."""
    code = _code(tokens, dialect)
    if code is None:
        bad = any(token.kind is Kind.BAD for token in tokens)
        note = "a character or a string that does not end" if bad else "brackets that do not match"
        return _unknown(text, "UNTERMINATED" if bad else "OPAQUE", note)
    if depth > DEPTH:
        return _unknown(text, "OPAQUE", "statements are nested too deep")
    return read(Phrase(code, 0, len(code.tokens), depth))


def _code(tokens: list[Token], dialect: Dialect) -> Code | None:
    """The tokens with their brackets, and how to read what is inside."""
    while tokens and tokens[-1].kind is Kind.SEMICOLON:
        tokens = tokens[:-1]
    return code_of(tokens, dialect, READER)


def _unknown(text: str, verb: str, note: str) -> Effect:
    """Fail closed."""
    return Effect(verb, Reach.OPAQUE, Span(0, len(text)), None, "", Extent.UNKNOWN, note)


def _weight(effect: Effect) -> tuple[bool, bool, bool]:
    """Orders readings: the opaque and the unbounded come first."""
    parts = list(effect.walk())
    return (
        any(part.reach is Reach.OPAQUE for part in parts),
        any(not part.bounded for part in parts),
        effect.changes,
    )


READER = Reader(read, of_text, of_body)
