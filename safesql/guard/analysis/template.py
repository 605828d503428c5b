"""Texts that are put together at run time from fixed words, quoted names and quoted values: what they do is known."""

from __future__ import annotations

from itertools import pairwise

from safesql.guard.analysis.literal import literal
from safesql.guard.analysis.phrase import Phrase, spread
from safesql.guard.effect import Effect, Reach
from safesql.sql.dialect import Dialect, Family
from safesql.sql.lexer import significant
from safesql.sql.possessive import compiled
from safesql.sql.token import Kind

NAME = '"(computed)"'
VALUE = "$70000"                   # a parameter that no statement has
DIGITS = "70000"
MARK = compiled(r"%(?:(\d{1,3})\$)?([sIL%])")
QUOTERS = {"QUOTE_IDENT": NAME, "QUOTE_LITERAL": VALUE, "QUOTE_NULLABLE": VALUE}
CASTS = {
    "REGCLASS": NAME, "REGPROCEDURE": NAME, "REGTYPE": NAME, "REGROLE": NAME, "REGNAMESPACE": NAME,
    "INT": VALUE, "INTEGER": VALUE, "BIGINT": VALUE, "SMALLINT": VALUE, "INT4": VALUE, "INT8": VALUE, "OID": VALUE,
}
BEFORE = frozenset(" \t\n(,=.")
AFTER = frozenset(" \t\n),;.(")
NAMED = frozenset({Reach.ROWS, Reach.SESSION, Reach.SERVER})
LISTED = frozenset({"INTO", "TABLE", "ON", "EXISTS", "ANALYZE", "VACUUM", "REFERENCES", "COPY", "INDEX"})
"""Words before a name that a list of columns, and no call, may follow."""


def shape(expression: Phrase) -> str | None:
    """The text with a name or a parameter where one is filled in; None where anything else may be.

    PostgreSQL only: format() with %I and %L, quote_ident, quote_literal, casts to regclass and whole numbers.
    """
    if expression.family is not Family.POSTGRES:
        return None
    text = ""
    for piece in _joined(expression):
        part = _piece(piece)
        if part is None:
            return None
        text = _extended(text, part)
    return text if _stands_alone(text, expression.dialect) else None


def _certain(effect: Effect) -> bool:
    """Whether what a shape does is known well enough: which table gets or loses rows, and which setting a value."""
    return all(
        part.reach is not Reach.OPAQUE
        and not (part.reach in NAMED and part.target is not None and any(map(_is_computed, part.target.parts)))
        for part in effect.walk()
    )


def _is_computed(name: str) -> bool:
    """Whether a name, or a part of it, was filled in."""
    return name == NAME.strip('"') or name.endswith(DIGITS)


def _joined(expression: Phrase) -> list[Phrase]:
    """The pieces between ||."""
    pieces, start = [], expression.lo
    for at in expression.tops():
        if expression.text(at) == "||":
            pieces.append(expression.sub(start, at))
            start = at + 1
    return [*pieces, expression.sub(start, expression.hi)]


def _piece(piece: Phrase) -> str | None:
    """One piece: a literal, something quoted, or a call of format."""
    while piece.kind(piece.lo) is Kind.OPEN and piece.code.partner[piece.lo] == piece.hi - 1:
        piece = piece.inside(piece.lo)
    text = literal(piece)
    if text is not None:
        return text
    called = piece.kind(piece.lo + 1) is Kind.OPEN and piece.code.partner[piece.lo + 1] == piece.hi - 1
    word = piece.word(piece.lo)
    if called and word == "FORMAT":
        return _formatted(piece.inside(piece.lo + 1).split())
    return QUOTERS.get(word) if called else _cast(piece)


def _extended(text: str, part: str) -> str:
    """A text with one part more; a whole number after a letter is part of a name."""
    return text + (DIGITS if part == VALUE and (text[-1:].isalpha() or text[-1:] == "_") else part)


def _counts(piece: Phrase) -> bool:
    """Whether it is the variable of a loop over whole numbers, and nothing else in the body has its name."""
    words, tokens = piece.code.words, piece.code.tokens
    name = words[piece.lo] if piece.hi - piece.lo == 1 else ""
    if not name or name.lower() in piece.code.declared:
        return False
    depth, inside = 0, -1
    for at in range(piece.lo):
        if words[at] == "LOOP":
            depth += -1 if words[at - 1] == "END" else 1
            inside = inside if depth > inside else -1
        elif words[at : at + 3] == ["FOR", name, "IN"]:
            first = at + 3 + (words[at + 3 : at + 4] == ["REVERSE"])
            if first >= len(tokens) or tokens[first].kind is not Kind.NUMBER:
                return False
            inside = depth
    return inside >= 0


def _cast(piece: Phrase) -> str | None:
    """x::regclass is a name that the server quotes; x::int is a number, as is what counts a loop."""
    if _counts(piece):
        return VALUE
    end = piece.hi - 1
    if piece.text(end - 1) == "::" and piece.word(end) == "TEXT":
        end -= 2
    return CASTS.get(piece.word(end)) if piece.text(end - 1) == "::" else None


def _formatted(arguments: list[Phrase]) -> str | None:
    """format(pattern, ..): its marks filled in by what is known of the arguments."""
    pattern = literal(arguments[0]) if arguments else None
    if pattern is None or "%" in MARK.sub("", pattern):
        return None
    found, rest, end = "", 0, 0
    for mark in MARK.finditer(pattern):
        found, end = found + pattern[end : mark.start()], mark.end()
        if mark[2] == "%":
            found += "%"
            continue
        rest = int(mark[1]) if mark[1] else rest + 1
        filled = _filled(arguments[rest], mark[2]) if 0 < rest < len(arguments) else None
        if filled is None:
            return None
        found = _extended(found, filled)
    return found + pattern[end:]


def _filled(argument: Phrase, how: str) -> str | None:
    """What stands for one argument."""
    text = literal(argument)
    match how:
        case "I":
            return NAME if text is None else '"' + text.replace('"', '""') + '"'
        case "L":
            return VALUE if text is None or "\\" in text else "'" + text.replace("'", "''") + "'"
        case _:
            return _piece(argument)


def _stands_alone(text: str, dialect: Dialect) -> bool:
    """Whether each name and value is a token of its own, in no string or comment and part of no longer word."""
    for hole in (NAME, VALUE):
        parts = text.split(hole)
        for before, after in pairwise(parts):
            if before[-1:] not in BEFORE or (after and after[0] not in AFTER):
                return False
    tokens = [*significant(text, dialect)]
    for hole in (NAME, VALUE):
        if sum(token.text == hole for token in tokens) != text.count(hole):
            return False
    return not any(
        token.text == NAME and following.kind is Kind.OPEN and before.word not in LISTED
        for before, token, following in zip(tokens, tokens[1:], tokens[2:], strict=False)
    )


def judged(expression: Phrase) -> Effect | None:
    """What the text of an expression does, where its shape tells."""
    text = shape(expression)
    if text is None:
        return None
    effect = expression.code.reader.text(text, expression.dialect, expression.depth + 1)
    if _certain(effect):
        return effect
    return spread(effect, expression.opaque("which table or setting it is, is put together at run time", "dynamic"))
