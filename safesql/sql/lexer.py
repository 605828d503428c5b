"""Text to tokens, without loss: one possessive regular expression per dialect and modes, in linear time."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from safesql.sql.dialect import Dialect
from safesql.sql.lexis import pattern
from safesql.sql.possessive import compiled
from safesql.sql.token import Kind, Token

_KINDS = {kind.value.replace("-", "_"): kind for kind in Kind}
_SPECIAL = frozenset({"nest", "dollar", "null", "unended", "code_open", "code_close", "bad"})
_PLAIN = {group: kind for group, kind in _KINDS.items() if group not in _SPECIAL}
_WORD = Kind.WORD
ALL: frozenset[Kind] = frozenset()
_QUIET = frozenset({Kind.SPACE, Kind.COMMENT})
_ALONE = frozenset({Kind.COMMA, Kind.OPEN, Kind.CLOSE, Kind.SEMICOLON})
MARGIN = 3                 # tokens before a change that are read again
_OPENERS = compiled(r"""[eE]'|['"`]|/\*""")
_NEST = compiled(r"/\*|\*/|\x00")


def lex(text: str, dialect: Dialect) -> list[Token]:
    """All tokens of a text, which joined are the text; what is never ended is one BAD token to the end."""
    return _tokens(text, dialect, ALL, [])


def significant(text: str, dialect: Dialect) -> list[Token]:
    """The tokens that mean something: no space, no comments."""
    return _tokens(text, dialect, _QUIET, [])


def significant_again(text: str, dialect: Dialect, before: str, tokens: Sequence[Token]) -> list[Token]:
    """The same, where ``tokens`` are the significant ones of ``before``: what both texts begin with is not read again.

    A token may depend on the one behind it, as a string that goes on in the next line does; hence the margin. Where one
    ends may depend on all that touches it, as in a run of operators of PostgreSQL; hence the gap or bracket.
    """
    if "/*!" in before or "/*M!" in before:
        return significant(text, dialect)       # where code is open is not known of a token
    shared = _shared(text, before)
    kept = bisect_left(tokens, shared, key=_start) - MARGIN
    while kept > 0 and tokens[kept - 1].end == tokens[kept].start and tokens[kept - 1].kind not in _ALONE:
        kept -= 1
    return _tokens(text, dialect, _QUIET, list(tokens[:kept])) if kept > 0 else significant(text, dialect)


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _start(token: Token) -> int:
    """Where it begins."""
    return token.start


def _tokens(text: str, dialect: Dialect, quiet: frozenset[Kind], tokens: list[Token]) -> list[Token]:
    """The tokens but for those of the quiet kinds, from behind those that are known."""
    add, make, finditer = tokens.append, tuple.__new__, pattern(dialect).finditer      # this is the cost of a verdict
    position, length, code = tokens[-1].end if tokens else 0, len(text), 0
    while position < length:
        for found in finditer(text, position):
            group = found.lastgroup or "bad"
            kind = _PLAIN.get(group)
            if kind is None or (code and kind is not _WORD):
                token = _special(text, found, group, code)
                code += (token.kind is Kind.CODE_OPEN) - (token.kind is Kind.CODE_CLOSE)
                if token.kind not in quiet:
                    add(token)
                if token.end != found.end():
                    position = token.end
                    break
            elif kind not in quiet:
                slice_ = found.group()
                add(make(Token, (kind, slice_, position, slice_.upper() if kind is _WORD else "")))
            position = found.end()
    if code and tokens:
        tokens[-1] = tokens[-1]._replace(kind=Kind.BAD, word="")
    return tokens


def _special(text: str, found: re.Match[str], group: str, code: int) -> Token:
    """A token that the expression alone cannot decide; ``code`` is how many executable comments are open."""
    start, end = found.span()
    match group:
        case "nest":
            kind, end = _nested(text, end)
        case "dollar":
            kind, end = _dollar_quoted(text, end, found[0])
        case "null":
            return Token(Kind.WORD, found[0], start, "NULL")
        case "code_open":
            kind, end = (Kind.BAD, len(text)) if code else (Kind.CODE_OPEN, end)
        case "code_close":
            kind, end = (Kind.CODE_CLOSE, end) if code else _star(text, start)
        case "bad":
            kind, end = Kind.BAD, len(text) if _OPENERS.match(text, start) else end
        case "unended":
            kind, end = Kind.BAD, len(text)
        case _:
            kind = _inside_code(_KINDS[group], found[0])
    return Token(kind, text[start:end], start)


def _star(text: str, start: int) -> tuple[Kind, int]:
    """``*/`` where no comment is open: a star, if a comment begins with the slash, as in 2*/**/3."""
    return (Kind.OPERATOR, start + 1) if text.startswith("*/*", start) else (Kind.BAD, start + 2)


def _nested(text: str, end: int) -> tuple[Kind, int]:
    """The end of a comment that may hold comments, as PostgreSQL reads them; BAD when it never ends."""
    depth = 1
    for edge in _NEST.finditer(text, end):
        depth += {"/*": 1, "*/": -1}.get(edge[0], len(text))
        if not depth:
            return Kind.COMMENT, edge.end()
    return Kind.BAD, len(text)


def _dollar_quoted(text: str, end: int, delimiter: str) -> tuple[Kind, int]:
    """The end of a dollar-quoted string; BAD when it never ends or holds what no string can."""
    close = text.find(delimiter, end)
    if close < 0 or text.find("\x00", end, close) >= 0:
        return Kind.BAD, len(text)
    return Kind.STRING, close + len(delimiter)


def _inside_code(kind: Kind, text: str) -> Kind:
    """A server that skips an executable comment looks for its end in strings, names and line comments too: BAD."""
    mark = "*/" in text or "/*" in text
    plain = kind is Kind.COMMENT and text.startswith("/*")
    return Kind.BAD if mark and not plain and kind in (Kind.STRING, Kind.NAME, Kind.COMMENT, Kind.PARAMETER) else kind
