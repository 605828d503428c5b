"""A run of significant tokens with its brackets matched: all that an analysis looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from safesql.guard.effect import Effect, Extent, Name, Reach
from safesql.slotted import dataclass, replace
from safesql.sql.dialect import Dialect, Family
from safesql.sql.token import Kind, Span, Token

DEPTH = 16        # statements inside statements; deeper ones are not understood, and no server's user writes them
UNREADABLE = (Kind.BAD, Kind.CODE_OPEN, Kind.CODE_CLOSE)
CLAUSES = frozenset({"FROM", "WHERE", "INTO", "SET", "ORDER", "GROUP", "LIMIT", "RETURNING", "USING", "ON"})


@dataclass(frozen=True, slots=True)
class Reader:
    """How what stands inside a statement is understood; the family modules call it, so that none knows all others."""

    phrase: Callable[[Phrase], Effect]
    text: Callable[[str, Dialect, int], Effect]
    body: Callable[[str, Dialect, int], Effect]


@dataclass(frozen=True, slots=True)
class Code:
    """The tokens of one text without blanks and comments; ``partner`` holds the index of each bracket's other half.

    ``reader`` understands a statement inside a statement, one inside a string, and a procedural body in a string.
    """

    tokens: Sequence[Token]
    words: list[str]
    partner: list[int]
    opens: list[int]
    dialect: Dialect
    reader: Reader
    has_semicolon: bool            # there may be more than one statement
    declared: frozenset[str] = frozenset()   # variables of a PL/pgSQL body, in lower case


def code_of(tokens: Sequence[Token], dialect: Dialect, reader: Reader) -> Code | None:
    """Match the brackets of a token list in one pass; None when they do not match or a token is BAD."""
    words = [token.word for token in tokens]
    kinds = [token.kind for token in tokens]
    if any(kind in kinds for kind in UNREADABLE):
        return None
    partner = [-1] * len(tokens)
    opens: list[int] = []
    stack: list[int] = []
    opening, closing = Kind.OPEN, Kind.CLOSE
    for index in [index for index, kind in enumerate(kinds) if kind is opening or kind is closing]:
        if kinds[index] is opening:
            opens.append(index)
            stack.append(index)
        else:
            if not stack:
                return None
            partner[index] = stack[-1]
            partner[stack.pop()] = index
    if Kind.DOT in kinds:
        dot = Kind.DOT
        for index in [index for index, kind in enumerate(kinds[:-1]) if kind is dot]:
            words[index + 1] = ""               # a keyword after a dot is a name
    return None if stack else Code(tokens, words, partner, opens, dialect, reader, Kind.SEMICOLON in kinds)


@dataclass(frozen=True, slots=True)
class Phrase:
    """The tokens ``[lo, hi)`` of a text; indices given to its methods are those of the text."""

    code: Code
    lo: int
    hi: int
    depth: int = 0

    @property
    def dialect(self) -> Dialect:
        """Whose grammar this is."""
        return self.code.dialect

    @property
    def family(self) -> Family:
        """Whose grammar this is, by family."""
        return self.code.dialect.family

    def word(self, at: int) -> str:
        """The keyword or unquoted name at an index in upper case; empty for anything else and outside."""
        return self.code.words[at] if self.lo <= at < self.hi else ""

    def words(self, at: int, count: int) -> str:
        """So many words from an index on, joined by one blank."""
        return " ".join(self.word(index) for index in range(at, at + count)).strip()

    def has(self, at: int, *words: str) -> bool:
        """Whether exactly these words stand there."""
        return at >= self.lo and at + len(words) <= self.hi and self.code.words[at : at + len(words)] == list(words)

    def kind(self, at: int) -> Kind | None:
        """The kind of a token, None outside."""
        return self.code.tokens[at].kind if self.lo <= at < self.hi else None

    def text(self, at: int) -> str:
        """The characters of a token, empty outside."""
        return self.code.tokens[at].text if self.lo <= at < self.hi else ""

    def statement_at(self) -> int:
        """Where the statement begins that this is a part of: behind the last semicolon before it."""
        tokens, at = self.code.tokens, self.lo
        while at > 0 and tokens[at - 1].kind is not Kind.SEMICOLON:
            at -= 1
        return at

    def after(self, at: int) -> int:
        """The index after a token, or after the whole bracket it opens."""
        close = self.code.partner[at] if at < self.hi else -1
        return (close if close > at else at) + 1

    def inside(self, at: int) -> Phrase:
        """What stands between an opening bracket and its partner."""
        return self.sub(at + 1, self.code.partner[at])

    def tops(self, at: int | None = None) -> Iterator[int]:
        """Indices from one on that are in no bracket; an opening bracket stands for its contents."""
        index = self.lo if at is None else at
        while index < self.hi:
            yield index
            index = self.after(index)

    def find(self, words: frozenset[str], at: int | None = None) -> int:
        """The first of these words outside brackets, or ``hi``; clause words after AS are names of columns."""
        known, partner, previous = self.code.words, self.code.partner, ""
        index, hi = self.lo if at is None else at, self.hi
        while index < hi:
            word = known[index]
            if word in words and not (previous == "AS" and word in CLAUSES):
                return index
            previous = word
            close = partner[index]
            index = (close if close > index else index) + 1
        return hi

    def split(self, kind: Kind = Kind.COMMA, at: int | None = None) -> list[Phrase]:
        """The parts between separators outside brackets; empty parts are left out."""
        start = self.lo if at is None else at
        parts: list[Phrase] = []
        for index in self.tops(start):
            if self.code.tokens[index].kind is kind:
                parts.append(self.sub(start, index))
                start = index + 1
        parts.append(self.sub(start, self.hi))
        return [part for part in parts if part.lo < part.hi]

    def sub(self, lo: int, hi: int) -> Phrase:
        """A part of it."""
        return Phrase(self.code, lo, max(lo, min(hi, self.hi)), self.depth)

    def tokens(self) -> Sequence[Token]:
        """Its tokens."""
        return self.code.tokens[self.lo : self.hi]

    def span(self) -> Span:
        """Where it stands in the text."""
        if self.lo >= self.hi:
            start = self.code.tokens[self.lo].start if self.lo < len(self.code.tokens) else 0
            return Span(start, start)
        return Span(self.code.tokens[self.lo].start, self.code.tokens[self.hi - 1].end)

    def inner(self, lo: int, hi: int) -> Effect:
        """What a statement inside this one does; opaque when it is nested too deep to be meant."""
        part = Phrase(self.code, lo, hi, self.depth + 1)
        return part.opaque("statements are nested too deep") if part.depth > DEPTH else self.code.reader.phrase(part)

    def effect(self, verb: str, reach: Reach, target: Name | None = None, kind: str = "") -> Effect:
        """An effect of the whole phrase that loses nothing."""
        return Effect(verb, reach, self.span(), target, kind)

    def opaque(self, note: str, kind: str = "") -> Effect:
        """Not understood: fail closed."""
        return Effect("OPAQUE", Reach.OPAQUE, self.span(), None, kind, Extent.UNKNOWN, note)


def spread(effect: Effect, *parts: Effect) -> Effect:
    """The effect with further parts."""
    return replace(effect, parts=(*effect.parts, *parts)) if parts else effect
