"""MySQL and MariaDB: https://mariadb.com/kb/en/language-structure/, and sql_lex.cc where that is silent."""

from __future__ import annotations

from safesql.sql.dialect import Dialect
from safesql.sql.strings import WORD

_PLAIN = r"'[^'\x00]*+(?:''[^'\x00]*+)*+'"
_ESCAPED = r"'[^'\\\x00]*+(?:(?:''|\\[^\x00])[^'\\\x00]*+)*+'"
_BACKTICK = r"`[^`\x00]*+(?:``[^`\x00]*+)*+`"
_IDENT = rf"(?:{WORD}|\$)"
_CHARSET = (
    "_(?:armscii8|ascii|big5|binary|cp1250|cp1251|cp1256|cp1257|cp850|cp852|cp866|cp932|dec8|eucjpms|euckr|gb18030|gb2312|gbk|"
    "geostd8|greek|hebrew|hp8|keybcs2|koi8r|koi8u|latin1|latin2|latin5|latin7|macce|macroman|sjis|swe7|tis620|ucs2|ujis|"
    "utf16|utf16le|utf32|utf8|utf8mb3|utf8mb4)"
)


def expression(dialect: Dialect) -> str:
    """Groups by kind; a word may begin with a digit, above all behind the dot of a qualified name."""
    single = _ESCAPED if dialect.backslash_escapes else _PLAIN
    double = single.replace("'", '"')
    name, strings = _BACKTICK, f"{single}|{double}"
    if dialect.double_quotes_names:
        name, strings = rf'{_BACKTICK}|"[^"\x00]*+(?:""[^"\x00]*+)*+"', single
    bits = rf"[xXbB]{_PLAIN}|0x[0-9a-fA-F]++(?!{_IDENT})"
    return rf"""
(?P<space>[ \t\n\r\f\v]++)
|(?P<comma>,)
|(?P<comment>\#[^\n\x00]*+(?!\x00)|--(?=[\x01-\x20\x7f]|\Z)[^\n\x00]*+(?!\x00)
  |/\*(?!M?!)[^*\x00]*+(?:\*(?!/)[^*\x00]*+)*+\*/)
|(?P<code_open>/\*M?!(?:[0-9]{{5,6}})?+)
|(?P<code_close>\*/)
|(?P<string>(?ai:{_CHARSET})[ \t\n\r]*+(?:{strings}|{bits})|[nN]{single}|[xXbB]{_PLAIN}|{strings})
|(?P<name>{name})
|(?P<parameter>@@?+(?:{_IDENT}|\.)++|@(?:{single}|{double}|{_BACKTICK})|@|\?)
|(?P<number>0x[0-9a-fA-F]++(?!{_IDENT})|0b[01]++(?!{_IDENT})
  |(?<!{WORD}\.)(?:[0-9]++[eE][+-]?+[0-9]++|[0-9]++\.[0-9]*+(?:[eE][+-]?+[0-9]++)?+)
  |(?<!{WORD})(?<!\$)\.[0-9]++(?:[eE][+-]?+[0-9]++)?+|[0-9]++(?!{_IDENT}))
|(?P<null>\\N)
|(?P<word>{_IDENT}++)
|(?P<operator><=>|->>|:=|->|\|\||&&|<<|>>|<=|>=|<>|!=|[-+*%^&|~<>=!:]|/(?!\*))
"""
