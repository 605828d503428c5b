r"""Secrets in a statement, a URL or a connection string, replaced by ``***``; for logs, history and error texts.

The same characters can be a string for one server and none for another (``\'``, ``#``, ``$$``, ``/*! */``), and the
text may be torn. So the text is read in every way a server could read it, and what any reading takes for a literal
after a word that announces a secret is hidden. It hides too much rather than too little.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from safesql.slotted import dataclass
from safesql.sql.possessive import compiled

MASK = "***"
SHORTEST = 4           # characters of a secret that is looked for in other texts

_ANNOUNCES = (
    r"passw(?:or)?d?|passphrase|pwd\b|identified\b|secret|credential|token\b|api_?key|access_?key|private_?key|encryption_?key"
    r"|account_?key|\bp?gp_sym_|\b(?:aes|des)_(?:en|de)crypt|\b(?:en)?crypt\s*\("
)
_WITH = (                     # words that announce a secret only where one of some other words stands, too
    (("attach", "pragma"), r"key\b"),
    (("server", "mapping", "subscription", "foreign"), r"\boptions\b|\bconnection\b"),
    (("copy",), r"\bprogram\b"),
    (("dblink",), r"\bdblink\w{0,64}"),
)
_HINTS = ("passw", "passphrase", "pwd", "identified", "secret", "credential", "token", "key", "gp_sym_", "crypt")
_GAP = r"(?:\s|/\*[^*]*+\*/)*+"
_BARE = compiled(
    r"""\w{0,64}+["`\]]?""" + _GAP + r"(?:=|:(?!:)|\bby\b)" + _GAP
    + r"""(?!(?:null|default|random|password)\b|\?|\$\d|%s|['"`$]|--|/\*)([^\s'",;()&]++)""",
    re.I,
)
_MISTYPED = compiled(
    r"\w{0,64}+\s++(?!(?:expire|history|reuse|require|null|for|using|is|not|in|by|via|with|as)\b|[a-z]['\"])(\w++)",
    re.I,
)
_ACCOUNT = compiled(r"\b(?:(?:create|alter)\s++(?:or\s++replace\s++)?(?:user|role|group)|set\s++password)\b", re.I)
_NESTED = compiled(r"/\*|\*/")
_FLAT = compiled(r"\*/")
_RUN = compiled(r"[^\s'\"]++")


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to tell strings, names and comments apart."""

    backslash: bool = False           # \' inside '..' is a quote
    hash: bool = False                # # begins a comment
    dollar: bool = False              # $tag$ .. $tag$
    nested: bool = False              # /* /* */ */
    code: bool = False                # the inside of /*! .. */ is code
    ticks: bool = False               # `name`
    brackets: bool = False            # [name]
    spaced: bool = False              # -- needs a space behind it to begin a comment


READINGS = (
    Reading(dollar=True, nested=True),                                          # PostgreSQL
    Reading(backslash=True, dollar=True, nested=True),                          # with standard_conforming_strings off
    Reading(backslash=True, hash=True, code=True, ticks=True, spaced=True),     # MySQL
    Reading(backslash=True, hash=True, ticks=True, spaced=True),                # code for a newer version
    Reading(hash=True, code=True, ticks=True, spaced=True),                     # with NO_BACKSLASH_ESCAPES
    Reading(hash=True, ticks=True, spaced=True),
    Reading(ticks=True, brackets=True),                                         # SQLite
)


def redact(text: str) -> str:
    """The text with what may be a secret replaced; the same text when there is nothing that announces one."""
    spans = _spans(text)
    return _masked(text, spans) if spans else text


def redact_at(text: str, position: int) -> tuple[str, int]:
    """The same, and where a 0-based position of the text is then; inside of what is hidden it is at its beginning."""
    moved = position
    for start, end in _merged(spans := _spans(text)):
        if end <= position:
            moved += len(MASK) - (end - start)
        elif start < position:
            moved += start - position
    return (_masked(text, spans), moved) if spans else (text, position)


def secrets(text: str) -> tuple[str, ...]:
    """What ``redact`` hides of a text, the longest first; without what is too short to be told from other words."""
    hidden = {text[start:end] for start, end in _merged(_spans(text)) if end - start >= SHORTEST}
    return tuple(sorted(hidden, key=len, reverse=True))


def _spans(text: str) -> list[tuple[int, int]]:
    """What to hide; ranges may touch and lie in each other."""
    spans = list(_urls(text)) if "://" in text else []
    announced = _announcing(text.lower())
    if announced:
        for reading in _readings(text):
            spans.extend(_Scan(text, reading, announced).spans())
    return spans


def _announcing(lower: str) -> str:
    """The pattern of the words that announce a secret in a text, given in lower case; empty when it has none."""
    words = [words for where, words in _WITH if any(word in lower for word in where)]
    if any(hint in lower for hint in _HINTS):
        words.append(_ANNOUNCES)
    return "|".join(words)


def _readings(text: str) -> set[Reading]:
    """The readings that can differ for this text."""
    return {
        Reading(
            backslash=reading.backslash and "\\" in text,
            hash=reading.hash and "#" in text,
            dollar=reading.dollar and "$" in text,
            nested=reading.nested and "/*" in text,
            code=reading.code and ("/*!" in text or "/*M!" in text),
            ticks=reading.ticks and "`" in text,
            brackets=reading.brackets and "[" in text,
            spaced=reading.spaced and "--" in text,
        )
        for reading in READINGS
    }


@lru_cache(maxsize=256)
def _pattern(reading: Reading, announced: str) -> re.Pattern[str]:
    """One alternation: strings, comments and names as they begin, else a word that announces a secret."""
    string = r"'(?:[^'\\]++|\\.|'')*+(?:'|\Z)" if reading.backslash else r"'(?:[^']++|'')*+(?:'|\Z)"
    double = r'"(?:[^"\\]++|\\.|"")*+(?:"|\Z)' if reading.backslash else r'"(?:[^"]++|"")*+(?:"|\Z)'
    parts = [
        rf"(?P<string>(?<!\w)[eE]'(?:[^'\\]++|\\.|'')*+(?:'|\Z)|{string}|{double})",
        r"(?P<line>--(?=\s|\Z)[^\n]*+" if reading.spaced else r"(?P<line>--[^\n]*+",
        r"|#[^\n]*+)" if reading.hash else ")",
        r"(?P<block>/\*(?!M?!))" if reading.code else r"(?P<block>/\*)",
    ]
    alternatives = [parts[0], parts[1] + parts[2], parts[3]]
    if reading.dollar:
        alternatives.append(r"(?P<dollar>(?<![\w$])\$(?P<tag>\w*)\$)")
    names = [r"`(?:[^`]++|``)*+(?:`|\Z)"] if reading.ticks else []
    names += [r"\[[^\]]*+(?:\]|\Z)"] if reading.brackets else []
    if names:
        alternatives.append(f"(?P<name>{'|'.join(names)})")
    alternatives.append(rf"(?P<word>{announced})")
    return compiled("|".join(alternatives), re.I | re.S | re.A)


class _Scan:
    """One reading of one text."""

    def __init__(self, text: str, reading: Reading, announced: str) -> None:
        self.text = text
        self.reading = reading
        self.announced = compiled(announced, re.I | re.A)
        self.pattern = _pattern(reading, announced)
        self.told = False                        # a word that announces a secret has been seen
        self.inside = 0                          # where a string or comment held the first announcement
        self.hidden = 0                          # bare values are hidden up to here
        self.account = _ACCOUNT.search(text) is not None

    def spans(self) -> Iterator[tuple[int, int]]:
        """Ranges to hide; read twice where a stray quote may have made the announcement a part of a string."""
        yield from self._from(0)
        if self.inside:
            self.told, self.hidden = True, 0
            yield from self._from(self.inside)

    def _from(self, at: int) -> Iterator[tuple[int, int]]:
        """The text from here on, as if nothing were open."""
        while found := self.pattern.search(self.text, at):
            start, end, at = self._extent(found)
            if found.lastgroup == "word":
                self.told = True
                yield from self._bare(end)
            elif found.lastgroup == "name":
                yield from self._named(found)
            else:
                yield from self._content(start, end)
                if self.told and start == end and found.lastgroup == "string":
                    yield from self._doubled(at)

    def _doubled(self, at: int) -> Iterator[tuple[int, int]]:
        """What follows an empty string at once: quotes that are doubled inside another string look like one."""
        if at < len(self.text) and not self.text[at].isspace() and self.text[at] not in ",;)":
            close = self.text.find("'", at)
            yield at, close if close >= 0 else len(self.text)

    def _extent(self, found: re.Match[str]) -> tuple[int, int, int]:
        """Where the content of a token begins and ends, and where the next token may begin."""
        text, start, end = self.text, found.start(), found.end()
        match found.lastgroup:
            case "string":
                inner = start + (2 if text[start] in "eE" else 1)
                closed = end > inner and text[end - 1] == text[inner - 1]
                return inner, end - closed, end
            case "line":
                return start + (1 if text[start] == "#" else 2), end, end
            case "block":
                return end, *_comment_end(text, end, nested=self.reading.nested)
            case "dollar":
                close = text.find(found["dollar"], end)
                return (end, len(text), len(text)) if close < 0 else (end, close, close + end - start)
            case _:
                return start, end, end

    def _content(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """All of a string or comment after an announcement; else what follows an announcement inside it."""
        if self.told:
            yield start, end
            return
        inside = self.announced.search(self.text, start, end)
        if inside is not None:
            self.told = True
            self.inside = inside.end()
            if inside.end() < end:
                yield inside.end(), end

    def _named(self, found: re.Match[str]) -> Iterator[tuple[int, int]]:
        """A quoted name is kept; it may announce a secret."""
        inside = self.announced.search(found[0])
        if inside is not None:
            self.told = True
            yield from self._bare(found.start() + inside.end())

    def _bare(self, at: int) -> Iterator[tuple[int, int]]:
        """A value without quotes: password=value, or a forgotten quote in CREATE USER."""
        if at < self.hidden:
            return
        bare = _BARE.match(self.text, at) or (_MISTYPED.match(self.text, at) if self.account else None)
        if bare is not None:
            self.hidden = bare.end(1)
            yield bare.span(1)


def _comment_end(text: str, at: int, *, nested: bool) -> tuple[int, int]:
    """Where the content of a block comment that begins before ``at`` ends, and where the comment is over."""
    depth = 1
    for edge in (_NESTED if nested else _FLAT).finditer(text, at):
        depth += 1 if edge[0] == "/*" else -1
        if not depth:
            return edge.start(), edge.end()
    return len(text), len(text)


def _urls(text: str) -> Iterator[tuple[int, int]]:
    """What stands between the first colon behind :// and the last @ of each run without spaces and quotes."""
    for run in _RUN.finditer(text):
        scheme = text.find("://", run.start(), run.end())
        if scheme < 0:
            continue
        at = text.rfind("@", scheme, run.end())
        colon = text.find(":", scheme + 3, max(at, scheme + 3))
        if 0 <= colon < at:
            yield colon + 1, at


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The ranges in order, those that touch taken together."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _masked(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with each range replaced by the same few stars."""
    pieces: list[str] = []
    done = 0
    for start, end in _merged(spans):
        pieces += [text[done:start], MASK]
        done = end
    return "".join([*pieces, text[done:]])
