"""The text that a literal holds, where it is one: adjacent strings, ||, and CONCAT of strings are put together."""

from __future__ import annotations

import re
from collections.abc import Callable

from safesql.guard.analysis.phrase import Phrase
from safesql.slotted import dataclass
from safesql.sql.dialect import Dialect, Family, Mode
from safesql.sql.possessive import compiled
from safesql.sql.token import Kind

PREFIX = compiled(r"(?i)(e|n|u&|_[a-z0-9]+\s*)?(?=['\"])")
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "0": "\0", "Z": "\x1a", "f": "\f", "v": "\v"}
NUMERIC = compiled(r"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
PLACES = compiled(r"%([sIL%])")
BUILDERS = frozenset({"FORMAT", "CONCAT", "QUOTE_IDENT", "QUOTE_LITERAL", "QUOTE_NULLABLE"})
IF_TEXTS = 2
TEXTS = frozenset({"TEXT", "VARCHAR"})
PLAIN = compiled(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Variable:
    """A user variable of MySQL: @x, @`x` and @'x' are the same, in any case."""

    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """MySQL's IF(condition, one, other): which of the texts it is, the server decides."""

    texts: tuple[tuple[Piece, ...], ...]


Piece = str | Variable | Choice


def literal(phrase: Phrase) -> str | None:
    """The text of a phrase that is nothing but literals put together; None for anything else."""
    found = pieces(phrase)
    return None if found is None or {Variable, Choice} & set(map(type, found)) else "".join(map(str, found))


def pieces(phrase: Phrase) -> list[Piece] | None:
    """The literals and MySQL's user variables that a phrase puts together; None when there is anything else in it."""
    call = CALLS.get(phrase.word(phrase.lo)) if phrase.family is Family.MYSQL and _whole_call(phrase) else None
    if call is not None:
        return call(phrase)
    found: list[Piece] = []
    index = phrase.lo - 1
    while (index := index + 1) < phrase.hi:
        kind, text = phrase.kind(index), phrase.text(index)
        if phrase.kind(index + 1) is Kind.OPEN and phrase.word(index) in BUILDERS:
            value = _built(phrase, index)
            if value is None:
                return None
            found.append(value)
            index = phrase.after(index + 1) - 1
        elif kind is Kind.STRING:
            value = string(text, phrase.dialect)
            if value is None:
                return None
            found.append(value)
        elif kind is Kind.NUMBER and phrase.family is Family.MYSQL:
            found.append(text)
        elif kind is Kind.PARAMETER and text.startswith("@") and not text.startswith("@@"):
            found.append(Variable(text.lstrip("@").strip("`'\"").lower()))
        elif found and (step := _step(phrase, index)):
            index += step - 1
        else:
            return None
    return found or None


def _step(phrase: Phrase, at: int) -> int:
    """How many tokens stand there that change no text: || between two, or a cast to text; 0 for anything else."""
    if phrase.text(at) == "::" and phrase.family is Family.POSTGRES:
        return 2 * (phrase.word(at + 1) in TEXTS)
    return int(phrase.text(at) == "||" and _concatenates(phrase.dialect))


def _built(phrase: Phrase, at: int) -> str | None:
    """What PostgreSQL's format, concat, quote_ident and quote_literal make of literals."""
    if phrase.family is not Family.POSTGRES:
        return None
    texts: list[str] = []
    for argument in phrase.inside(at + 1).split():
        single = argument.hi - argument.lo == 1
        if single and argument.kind(argument.lo) is Kind.NUMBER:
            texts.append(argument.text(argument.lo))
            continue
        text = literal(argument)
        if text is None:
            return None
        texts.append(text)
    match phrase.word(at), texts:
        case "QUOTE_IDENT", [name]:
            return _name(name)
        case "QUOTE_LITERAL" | "QUOTE_NULLABLE", [value]:
            return _value(value)
        case "CONCAT", _:
            return "".join(texts)
        case "FORMAT", [pattern, *values]:
            return _formatted(pattern, values)
        case _:
            return None


def _formatted(pattern: str, values: list[str]) -> str | None:
    """format() with plain %s, %I and %L only; None for positions, widths and too few values."""
    marks = [found[1] for found in PLACES.finditer(pattern) if found[1] != "%"]
    if len(marks) > len(values) or "%" in PLACES.sub("", pattern):
        return None
    rest = iter(values)
    ways: dict[str, Callable[[str], str]] = {"s": str, "I": _name, "L": _value}
    return PLACES.sub(lambda found: "%" if found[1] == "%" else ways[found[1]](next(rest)), pattern)


def _name(text: str) -> str:
    """A name in quotes."""
    return '"' + text.replace('"', '""') + '"'


def _value(text: str) -> str:
    """A string in quotes, a backslash in it as PostgreSQL writes it."""
    quoted = "'" + text.replace("'", "''").replace("\\", "\\\\") + "'"
    return "E" + quoted if "\\" in text else quoted


def _chosen(phrase: Phrase) -> list[Piece] | None:
    """The two texts of an IF."""
    found = [pieces(argument) for argument in phrase.inside(phrase.lo + 1).split()[1:]]
    known = [tuple(text) for text in found if text is not None]
    return [Choice(tuple(known))] if len(found) == len(known) == IF_TEXTS else None


def _arguments(phrase: Phrase) -> list[Piece] | None:
    """The pieces of all arguments of a CONCAT."""
    found: list[Piece] = []
    for argument in phrase.inside(phrase.lo + 1).split():
        more = pieces(argument)
        if more is None:
            return None
        found.extend(more)
    return found


def _whole_call(phrase: Phrase) -> bool:
    """Whether the phrase ends with the bracket that follows its first word."""
    return phrase.kind(phrase.lo + 1) is Kind.OPEN and phrase.code.partner[phrase.lo + 1] == phrase.hi - 1


CALLS: dict[str, Callable[[Phrase], list[Piece] | None]] = {"CONCAT": _arguments, "IF": _chosen}
"""What MySQL's functions put together from the texts they are given."""


def _concatenates(dialect: Dialect) -> bool:
    """Whether || joins strings."""
    return dialect.family is not Family.MYSQL or dialect.has(Mode.PIPES_AS_CONCAT)


def string(text: str, dialect: Dialect) -> str | None:
    """What one string token holds; None for bytes and bits, which hold no statement."""
    if text.startswith("$"):
        tag = text.index("$", 1) + 1
        return text[tag:-tag]
    found = PREFIX.match(text)
    if found is None:
        return None
    prefix = (found[1] or "").lower().strip()
    quote, body = text[found.end()], text[found.end() + 1 : -1]
    body = body.replace(quote * 2, quote)
    if prefix == "u&":
        return None if "\\" in body else body
    if "\\" not in body or not (prefix == "e" or dialect.backslash_escapes):
        return body
    if dialect.family is Family.POSTGRES:
        return NUMERIC.sub(_numeric, body)
    return PLAIN.sub(lambda escape: ESCAPES.get(escape[1], escape[1]), body)


def _numeric(found: re.Match[str]) -> str:
    """One escape of an E'..' string."""
    if found[5] is not None:
        return ESCAPES.get(found[5], found[5])
    code = int(found[1], 8) if found[1] else int(found[2] or found[3] or found[4], 16)
    return chr(min(code, 0x10FFFF))
