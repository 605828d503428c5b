"""PostgreSQL: https://www.postgresql.org/docs/current/sql-syntax-lexical.html, and scan.l where that is silent."""

from __future__ import annotations

from safesql.sql.dialect import Dialect
from safesql.sql.strings import LETTER, WORD

_PLAIN = r"'[^'\x00]*+(?:''[^'\x00]*+)*+'"
_ESCAPED = r"'[^'\\\x00]*+(?:(?:''|\\[^\x00])[^'\\\x00]*+)*+'"
_ON = r"(?:[ \t\f\v]|--[^\n\r\x00]*+)*+[\n\r](?:[ \t\n\r\f\v]++|--[^\n\r\x00]*+[\n\r])*+"     # it goes on after this
_NUMBER = r"(?:[0-9][0-9_]*+(?:\.(?!\.)[0-9_]*+)?+|(?<!\.)\.[0-9]++)(?:[eE][+-]?+[0-9]++)?+"
_OPERATOR = r"(?:[+*<>=~!@\#%^&|`?]|-(?!-)|/(?!\*))"
_WEAK = r"(?:[+*<>=]|-(?!-)|/(?!\*))"
_STRONG = r"[~!@\#%^&|`?]"
_SIGN = r"(?:\+|-(?!-))"
_FIRM = r"(?:[*<>=]|/(?!\*))"
_LONGEST = 63              # an operator's name; longer ones are refused by the server


def expression(dialect: Dialect) -> str:
    """Groups by kind. An operator may end in + or - only when it holds a character that SQL itself has no use for."""
    plain = _ESCAPED if dialect.backslash_escapes else _PLAIN
    longest = f"{{0,{_LONGEST}}}+"
    return rf"""
(?P<space>[ \t\n\r\f\v]++)
|(?P<comma>,)
|(?P<comment>--[^\n\r\x00]*+(?!\x00))
|(?P<nest>/\*)
|(?P<string>[eE]{_ESCAPED}(?:{_ON}{_ESCAPED})*+|(?:[bBxX]|[uU]&){_PLAIN}(?:{_ON}{_PLAIN})*+|[nN]?+{plain})
|(?P<dollar>\$(?:{LETTER}{WORD}*+)?+\$)
|(?P<name>(?:[uU]&)?+"[^"\x00]*+(?:""[^"\x00]*+)*+")
|(?P<word>(?![eE]'){LETTER}{WORD}*+(?:\${WORD}*+)*+)
|(?P<parameter>\$[0-9]++|:(?!:)(?:{LETTER}{WORD}*+|'{WORD}++'|"{WORD}++"|\{{\?{WORD}++\}}))
|(?P<number>0[xX][0-9a-fA-F_]++|0[oO][0-7_]++|0[bB][01_]++|{_NUMBER})
|(?P<operator>{_WEAK}{longest}{_STRONG}{_OPERATOR}{longest}|(?:{_SIGN}{longest}{_FIRM}){{1,{_LONGEST}}}+|{_SIGN}|::|:=|:)
"""
