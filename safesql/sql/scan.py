"""Hop through a script to the next character that may end a statement, in one possessive match each time."""

from __future__ import annotations

import re
from functools import cache

from safesql.sql.dialect import Dialect, Family

_SINGLE = r"'[^']*+(?:''[^']*+)*+'"
_SINGLE_ESCAPED = r"'[^'\\]*+(?:(?:''|\\(?s:.))[^'\\]*+)*+'"
_DOUBLE = r'"[^"]*+(?:""[^"]*+)*+"'
_BACKTICK = r"`[^`]*+(?:``[^`]*+)*+`"
_BRACKETS = r"\[[^\]]*+\]"
_BLOCK = r"/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/"
_TAG = r"[^\x00-/:-@\[-^`{-\x7f0-9][^\x00-/:-@\[-^`{-\x7f]*+"
_WORDY = r"[^\x00-/:-@\[-^`{-\x7f$]"
_DOLLAR = (
    r"\$\$[^$]*+(?:\$(?!\$)[^$]*+)*+\$\$"
    rf"|\$(?P<tag>{_TAG})\$[^$]*+(?:\$(?!(?P=tag)\$)[^$]*+)*+\$(?P=tag)\$"
)
_FLAT_COMMENT = r"/\*[^*/]*+(?:(?:\*(?!/)|/(?!\*))[^*/]*+)*+\*/"      # holds no comment: PostgreSQL nests them


@cache
def run(dialect: Dialect, delimiter: str = ";") -> re.Pattern[str]:
    """All that cannot end a statement, from here on: whole strings, names and comments, and ordinary characters.

    The match stops before the delimiter, a bracket (PostgreSQL, whose client counts them), a backslash that its
    client takes for a command, an unterminated quote or comment, or the end of the text.
    """
    special = _specials(dialect) + delimiter[0]
    boring = rf"[^{re.escape(special)}]++"
    pieces = "|".join([*_pieces(dialect), *([] if delimiter == ";" else [re.escape(delimiter[0])])])
    return re.compile(rf"(?:{boring}|(?!{re.escape(delimiter)})(?:{pieces}))*+")


def _specials(dialect: Dialect) -> str:
    """The characters that need a look."""
    match dialect.family:
        case Family.POSTGRES:
            return "'\"$-/\\()"
        case Family.MYSQL:
            return "'\"`-/#\\"
        case Family.SQLITE:
            return "'\"`[-/"


def _pieces(dialect: Dialect) -> list[str]:
    """What is skipped as a whole."""
    single = _SINGLE_ESCAPED if dialect.backslash_escapes else _SINGLE
    match dialect.family:
        case Family.POSTGRES:
            return [
                rf"(?<=[eE])(?<!{_WORDY}[eE])(?<!\$[eE]){_SINGLE_ESCAPED}"
                rf"(?:[ \t\r\f\v]*+\n[ \t\n\r\f\v]*+{_SINGLE_ESCAPED})*+",
                rf"(?:(?<![eE])|(?<={_WORDY}[eE])|(?<=\$[eE])){single}",
                _DOUBLE, rf"(?<!{_WORDY})(?:{_DOLLAR})", rf"(?<={_WORDY})\$++", r"\$[0-9]++",
                r"--[^\n\r]*+", "-(?!-)", _FLAT_COMMENT, r"/(?!\*)",
            ]
        case Family.MYSQL:
            double = single.replace("'", '"') if not dialect.double_quotes_names else _DOUBLE
            line = [r"\#[^\n]*+", r"--(?=[\x01-\x20]|\Z)[^\n]*+", "-"]
            return [single, double, _BACKTICK, *line, r"/\*M?!", _BLOCK, r"/(?!\*)"]
        case Family.SQLITE:
            return [_SINGLE, _DOUBLE, _BACKTICK, _BRACKETS, r"--[^\n]*+", "-(?!-)", _BLOCK, r"/(?!\*)"]


_LEAD = {
    Family.POSTGRES: re.compile(rf"(?:[ \t\n\r\f\v]++|--[^\n\r]*+(?=[\n\r])|{_FLAT_COMMENT})*+"),
    Family.MYSQL: re.compile(
        rf"(?:[ \t\n\r\f\v]++|\#[^\n]*+(?=\n)|--(?=[\x01-\x20])[^\n]*+(?=\n)|(?!/\*M?!){_BLOCK})*+"
    ),
    Family.SQLITE: re.compile(rf"(?:[ \t\n\r\f]++|--[^\n]*+(?=\n)|{_BLOCK})*+"),
}
_DASHES = re.compile(r"--(?=[\x01-\x20]|\Z)")
_NEST = re.compile(r"/\*|\*/")


def lead(text: str, position: int, dialect: Dialect) -> int:
    """Where the space and comments that begin at ``position`` end; a comment without its end is not passed."""
    while True:
        found = _LEAD[dialect.family].match(text, position)
        position = found.end() if found else position
        if dialect.family is not Family.POSTGRES or not text.startswith("/*", position):
            return position
        after = nested_comment(text, position)
        if after < 0:
            return position
        position = after


def line_comment(text: str, position: int, dialect: Dialect) -> bool:
    """Whether a comment to the end of the line begins here."""
    if dialect.family is Family.MYSQL:
        return text.startswith("#", position) or _DASHES.match(text, position) is not None
    return text.startswith("--", position)


def nested_comment(text: str, position: int) -> int:
    """Where the comment that begins here ends, as PostgreSQL nests them; -1 when it does not."""
    depth = 0
    for found in _NEST.finditer(text, position):
        depth += 1 if found.group() == "/*" else -1
        if not depth:
            return found.end()
    return -1
