"""What is wrong with a statement's text, as a sentence; nothing when it may be judged."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from safesql.sql.dialect import Dialect, Family, Mode
from safesql.sql.lexer import significant
from safesql.sql.possessive import compiled
from safesql.sql.token import Kind, Token

Read = Callable[[str, Dialect], Sequence[Token]]
"""The significant tokens of a text."""

_DELIMITER = compiled(r"delimiter(?:[ \t\r\n]|\Z)", re.IGNORECASE | re.ASCII)
_READ_BY_MODES = {
    Family.POSTGRES: compiled(r"\\"),
    Family.MYSQL: compiled(r'[\\"]|\|\||\bnot\b', re.IGNORECASE | re.ASCII),
}
_CODE = ("/*!", "/*M!", "*/")
_TELLING = frozenset({Kind.CODE_OPEN, Kind.CODE_CLOSE, Kind.BAD, Kind.OPEN, Kind.CLOSE})


def problem_of(text: str, dialect: Dialect, read: Read = significant) -> str:
    """The problem that a statement's text has for those who would judge it; a prompt may ``read`` it from memory."""
    if "\x00" in text:
        return "it holds a NUL character"
    if Mode.UNKNOWN in dialect.modes and _READ_BY_MODES[dialect.family].search(text):
        return "how it reads depends on a setting that the script took from elsewhere; set that to a literal"
    if dialect.family is Family.MYSQL and _DELIMITER.match(text):
        return "DELIMITER must stand at the beginning of a line"
    if dialect.family is Family.SQLITE and text.startswith(("#", ".")):
        return f"what begins with {text[0]} is for the shell, and only in the first column"
    code = dialect.family is Family.MYSQL and any(mark in text for mark in _CODE)
    return _unbalanced(read(text, dialect)) if code or text.count("(") != text.count(")") else ""


def _unbalanced(tokens: Sequence[Token]) -> str:
    """By its tokens: brackets and executable comments that do not match, or what is no token at all."""
    depth = code = 0
    for token in [token for token in tokens if token[0] in _TELLING]:
        code += (token.kind is Kind.CODE_OPEN) - (token.kind is Kind.CODE_CLOSE)
        if token.kind is Kind.BAD:
            what = "an executable comment" if code else f"what begins with {token.text[:8].strip()}"
            return f"{what} is never ended or no SQL"
        depth += (token.text == "(") - (token.text == ")")
        if depth < 0:
            return "a bracket is closed that was never opened"
    return "a bracket is never closed" if depth else ""
