"""INSERT of nothing but literals, recognised and delimited by one match: what dumps and undos are made of.

Counted among them are what an undo writes where no literal will do: FROM_UNIXTIME of a number, which is a function of
the server's own and cannot be another, and bytes that are CAST to text.
"""

from __future__ import annotations

import re
from functools import cache

from safesql.sql.dialect import Dialect, Family
from safesql.sql.possessive import compiled
from safesql.sql.strings import LETTER, WORD

_GAP = r"[ \t\r\n]*+"
_NUMBER = r"[+-]?+(?:0x[0-9A-Fa-f]++|[0-9]++(?:\.[0-9]*+)?+(?:[eE][+-]?+[0-9]++)?+)"
_WORDS = r"(?ai:NULL|DEFAULT|TRUE|FALSE)"


@cache
def pattern(dialect: Dialect) -> re.Pattern[str]:
    """Space, the statement, all before its first row as ``head``, space, semicolon; strings as the modes say."""
    quoted = r"'[^'\\\x00]*+(?:\\[^\x00][^'\\\x00]*+)*+'" if dialect.backslash_escapes else r"'[^'\x00]*+'"
    plain = r"'[^'\x00]*+'"
    match dialect.family:
        case Family.POSTGRES:
            escaped = r"'[^'\\\x00]*+(?:(?:\\[^\x00]|'')[^'\\\x00]*+)*+'(?!')"
            name, strings = rf'(?:{LETTER}(?:{WORD}|\$)*+|"[^"\x00]++")', rf"(?:{quoted})++|[eE]{escaped}|[xXbB]{plain}"
        case Family.MYSQL:
            double = "" if dialect.double_quotes_names else "|(?:" + quoted.replace("'", '"') + ")++"
            introducer = r"(?:_[A-Za-z0-9]++ ?+|[nN])"
            name = rf"(?:{LETTER}(?:{WORD}|\$)*+|`[^`\x00]++`)"
            moment = rf"(?ai:FROM_UNIXTIME)\({_NUMBER}\)"
            strings = rf"{introducer}?+(?:{quoted})++|(?:_[A-Za-z0-9]++ ?+)?+[xXbB]{plain}{double}|{moment}"
        case Family.SQLITE:
            name = rf'(?:{LETTER}(?:{WORD}|\$)*+|"[^"\x00]++"|`[^`\x00]++`)'
            strings = rf"(?:{plain})++|[xX]{plain}|(?ai:CAST)\([xX]{plain} (?ai:AS TEXT)\)"
    literal = rf"(?:{strings}|{_NUMBER}|{_WORDS})"
    row = rf"\({_GAP}{literal}{_GAP}(?:,{_GAP}{literal}{_GAP})*+\)"
    columns = rf"(?:\({_GAP}{name}{_GAP}(?:,{_GAP}{name}{_GAP})*+\){_GAP})?+"
    system = r"(?ai:OVERRIDING SYSTEM VALUE )?+" if dialect.family is Family.POSTGRES else ""
    head = rf"(?ai:INSERT (?:IGNORE )?+INTO) {name}(?:\.{name})*+{_GAP}{columns}{system}(?ai:VALUES){_GAP}"
    return compiled(rf"{_GAP}(?P<all>(?P<head>{head}){row}{_GAP}(?:,{_GAP}{row}{_GAP})*+);")
