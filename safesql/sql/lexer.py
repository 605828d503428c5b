"""Text to tokens, without loss: one possessive regular expression per dialect and modes, in linear time."""

from __future__ import annotations

import re
from functools import cache

from safesql.sql.dialect import Dialect, Family
from safesql.sql.token import Kind, Token

_ASCII_NO_WORD = r"\x00-/:-@\[-^`{-\x7f"                 # ASCII that is no letter, digit or underscore
_HEAD = rf"[^0-9{_ASCII_NO_WORD}]"
_BODY = rf"[^{_ASCII_NO_WORD}]*+"
_SPACE = r"[ \t\n\r\f\v]++"
_NUMBER = r"(?:[0-9][0-9_]*+(?:\.(?!\.)[0-9_]*+)?+|\.[0-9]++)(?:[eE][+-]?+[0-9]++)?+"
_PLAIN = r"'[^'\x00]*+(?:''[^'\x00]*+)*+'"
_ESCAPED = r"'[^'\\\x00]*+(?:(?:''|\\[^\x00])[^'\\\x00]*+)*+'"
_FINISH = re.compile(r"/\*|\*/")
_STRONG = frozenset("~!@#%^&|`?")                      # one of these lets an operator end in + or -
_SPECIAL = frozenset({"nest", "code_open", "code_close", "operator", "bad", "tag"})

_POSTGRES = rf"""
(?P<space>{_SPACE})
|(?P<comment>--[^\n\r]*+)
|(?P<nest>/\*)
|(?P<string>[eE]{_ESCAPED}(?:[ \t\r\f\v]*+\n[ \t\n\r\f\v]*+{_ESCAPED})*+
  |(?:[bBxXnN]|[uU]&)?+{_PLAIN}
  |\$\$[^$]*+(?:\$(?!\$)[^$]*+)*+\$\$
  |\$(?P<tag>{_HEAD}{_BODY})\$[^$]*+(?:\$(?!(?P=tag)\$)[^$]*+)*+\$(?P=tag)\$)
|(?P<name>(?:[uU]&)?+"(?:[^"\x00]|"")*+")
|(?P<word>(?![eE]'){_HEAD}{_BODY}(?:\$[^{_ASCII_NO_WORD}]*+)*+)
|(?P<parameter>\$[0-9]++|:(?!:)(?:{_HEAD}{_BODY}|'[^'\x00]*+'|"[^"\x00]*+"|\{{[^}}\x00]*+\}}))
|(?P<number>0[xX][0-9a-fA-F_]++|0[oO][0-7_]++|0[bB][01_]++|{_NUMBER})
|(?P<operator>::|:=|=>|:|(?:[+*<>=~!@\#%^&|`?]|-(?!-)|/(?!\*)){{1,64}}+)
"""

def _mysql(dialect: Dialect) -> str:
    """MySQL and MariaDB, by their modes."""
    single = _ESCAPED if dialect.backslash_escapes else _PLAIN
    double = single.replace("'", '"')
    names = r"`(?:[^`\x00]|``)*+`"
    strings = rf"[nNxXbB]?+{single}"
    if dialect.double_quotes_names:
        names += r'|"(?:[^"\x00]|"")*+"'
    else:
        strings += f"|{double}"
    return rf"""
(?P<space>{_SPACE})
|(?P<comment>\#[^\n]*+|--(?=[\x01-\x20]|\Z)[^\n]*+|/\*(?!M?!)(?:[^*]|\*(?!/))*+\*/)
|(?P<code_open>/\*M?!(?:[0-9]{{5,6}})?+)
|(?P<code_close>\*/)
|(?P<string>{strings})
|(?P<name>{names})
|(?P<parameter>@@?+(?:[^{_ASCII_NO_WORD}$.]|[$.])++|@(?:{single}|{double}|`(?:[^`\x00]|``)*+`)|@|\?|:(?!=){_HEAD}{_BODY})
|(?P<number>0x[0-9a-fA-F]++(?![^{_ASCII_NO_WORD}])|0b[01]++(?![^{_ASCII_NO_WORD}])
  |[0-9]++[eE][+-]?+[0-9]++|[0-9]++\.[0-9]*+(?:[eE][+-]?+[0-9]++)?+|(?<![^{_ASCII_NO_WORD}]|[`"$])\.[0-9]++(?:[eE][+-]?+[0-9]++)?+
  |[0-9]++(?![^{_ASCII_NO_WORD}]|\$))
|(?P<word>(?:[^{_ASCII_NO_WORD}]|\$)++)
|(?P<operator><=>|->>|:=|->|\|\||&&|<<|>>|<=|>=|<>|!=|[-+*%^&|~<>=!:]|/(?!\*))
"""


_SQLITE = rf"""
(?P<space>[ \t\n\r\f]++)
|(?P<comment>--[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/)
|(?P<string>[xX]?+{_PLAIN})
|(?P<name>"(?:[^"\x00]|"")*+"|`(?:[^`\x00]|``)*+`|\[[^\]\x00]*+\])
|(?P<parameter>\?[0-9]*+|[:@$\#](?:[^{_ASCII_NO_WORD}]|\$)++(?:::(?:[^{_ASCII_NO_WORD}]|\$)++)*+(?:\([^)\x00 ]*+\))?+)
|(?P<number>0[xX][0-9a-fA-F]++|{_NUMBER})
|(?P<word>{_HEAD}(?:[^{_ASCII_NO_WORD}]|\$)*+)
|(?P<operator>->>|\|\||->|<<|>>|<=|>=|<>|!=|==|[-+*%&|~<>=:]|/(?!\*))
"""


_PUNCTUATION = r"""
|(?P<open>[({]|\[)|(?P<close>[)\]}])|(?P<comma>,)|(?P<dot>\.)|(?P<semicolon>;)|(?P<bad>(?s:.))
"""
_KINDS = {kind.value.replace("-", "_"): kind for kind in Kind}


@cache
def _pattern(dialect: Dialect) -> re.Pattern[str]:
    """The compiled master expression of a dialect and its modes."""
    match dialect.family:
        case Family.POSTGRES:
            text = _POSTGRES
            if dialect.backslash_escapes:
                text = text.replace(f"(?:[bBxXnN]|[uU]&)?+{_PLAIN}", f"[nN]?+{_ESCAPED}|(?:[bBxX]|[uU]&){_PLAIN}")
        case Family.MYSQL:
            text = _mysql(dialect)
        case Family.SQLITE:
            return re.compile(_SQLITE + _PUNCTUATION.replace(r"|\[)", ")"), re.VERBOSE)
    return re.compile(text + _PUNCTUATION, re.VERBOSE)


_OPENERS = re.compile(rf"""[eE]'|['"`\[]|/\*|\$(?:{_HEAD}{_BODY})?+\$""")


def lex(text: str, dialect: Dialect) -> list[Token]:
    """All tokens of a text, which joined are the text; what is never ended is one BAD token to the end."""
    pattern = _pattern(dialect)
    tokens: list[Token] = []
    add, make = tokens.append, tuple.__new__         # this loop is the cost of every verdict
    position, length, code = 0, len(text), 0
    while position < length:
        for found in pattern.finditer(text, position):
            group = found.lastgroup or "bad"
            slice_ = found.group()
            if group == "word":
                add(make(Token, (Kind.WORD, slice_, position, slice_.upper())))
            elif group not in _SPECIAL:
                add(make(Token, (_KINDS[group], slice_, position, "")))
            else:
                kind, end = _special(text, found.span(), (group, code), dialect)
                code += (kind is Kind.CODE_OPEN) - (kind is Kind.CODE_CLOSE)
                add(make(Token, (kind, text[position:end], position, "")))
                if end != found.end():
                    position = end
                    break
            position = found.end()
    if code and tokens:
        tokens[-1] = tokens[-1]._replace(kind=Kind.BAD, word="")
    return tokens


def _special(text: str, at: tuple[int, int], state: tuple[str, int], dialect: Dialect) -> tuple[Kind, int]:
    """Kind and end of a token that the expression alone cannot decide."""
    position, end = at
    match state:
        case "nest", _:
            return _nested(text, end)
        case "code_open", code:
            return (Kind.BAD, len(text)) if code else (Kind.CODE_OPEN, end)
        case "code_close", code:
            return (Kind.CODE_CLOSE, end) if code else (Kind.BAD, end)
        case "operator", _:
            return Kind.OPERATOR, _operator_end(text, position, end) if dialect.family is Family.POSTGRES else end
        case "tag", _:
            return Kind.STRING, end
        case _:
            return Kind.BAD, len(text) if _OPENERS.match(text, position) else end


def _nested(text: str, end: int) -> tuple[Kind, int]:
    """The end of a comment that may hold comments, as PostgreSQL reads them; BAD when it never ends."""
    depth = 1
    for found in _FINISH.finditer(text, end):
        depth += 1 if found.group() == "/*" else -1
        if not depth:
            return Kind.COMMENT, found.end()
    return Kind.BAD, len(text)


def _operator_end(text: str, position: int, end: int) -> int:
    """PostgreSQL manual, 4.1.3: an operator may end in + or - only when it holds one of the strong characters."""
    run = text[position:end]
    if len(run) > 1 and run[-1] in "+-" and not _STRONG.intersection(run):
        return position + max(1, len(run.rstrip("+-")))
    return end


def significant(text: str, dialect: Dialect) -> list[Token]:
    """The tokens that mean something: no space, no comments."""
    return [token for token in lex(text, dialect) if token.kind not in (Kind.SPACE, Kind.COMMENT)]
