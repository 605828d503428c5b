"""SQLite: tokenize.c. Variables in the style of Tcl included; a byte order mark is space wherever a token may begin."""

from __future__ import annotations

from safesql.sql.dialect import Dialect
from safesql.sql.strings import LETTER, WORD

_SINGLE = r"'[^'\x00]*+(?:''[^'\x00]*+)*+'"
_IDENT = rf"(?:{WORD}|\$)"
_NUMBER = r"(?:[0-9][0-9_]*+(?:\.[0-9_]*+)?+|\.[0-9]++)(?:[eE][+-]?+[0-9]++)?+"
_EXPRESSION = rf"""
(?P<space>[ \t\n\r\f]++|\ufeff)
|(?P<comma>,)
|(?P<comment>--[^\n\x00]*+(?!\x00)|/\*[^*\x00]*+(?:\*(?!/)[^*\x00]*+)*+\*/)
|(?P<string>[xX]?+{_SINGLE})
|(?P<name>"[^"\x00]*+(?:""[^"\x00]*+)*+"|`[^`\x00]*+(?:``[^`\x00]*+)*+`|\[[^\]\x00]*+\])
|(?P<unended>\[)
|(?P<parameter>\?[0-9]*+|[:@$\#]{_IDENT}++(?:::{_IDENT}++)*+(?:\([^)\x00 \t\n\r\f]*+\)|(?!\()))
|(?P<number>(?:0[xX][0-9a-fA-F]++|{_NUMBER})(?!{_IDENT}))
|(?P<word>{LETTER}{_IDENT}*+)
|(?P<operator>->>|\|\||->|<<|>>|<=|>=|<>|!=|==|[-+*%&|~<>=]|/(?!\*))
"""


def expression(_dialect: Dialect) -> str:
    """Groups by kind; no mode changes them."""
    return _EXPRESSION
