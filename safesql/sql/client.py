"""Lines for the client, as psql, mysql and sqlite3 know them: where they begin and end, what they are called."""

from __future__ import annotations

import re
from dataclasses import dataclass

from safesql.sql.dialect import Dialect, Family

_BACKSLASH = re.compile(r"\\([A-Za-z_]+\+?|[!?;.\\\-#])?")
_LINE = re.compile(r"[^\n]*")
_MYSQL_WORDS = re.compile(
    r"(delimiter|source|system|tee|notee|pager|nopager|print|prompt|connect|edit|ego|go|exit|quit|clear|rehash|status|"
    r"charset|warnings|nowarning|resetconnection|query_attributes|sandbox|\?)(?![A-Za-z0-9_$.(=])[ \t]*([^\n]*)",
    re.IGNORECASE,
)
_DOT = re.compile(r"\.([a-z]+)(?![A-Za-z0-9_])[ \t]*([^\n]*)")
_SANDBOX = re.compile(r"/\*M?!999999\\- [^\n]*")


@dataclass(frozen=True, slots=True)
class Found:
    """A command's name, its argument, and where it ends; ``end`` is -1 when its line is not complete yet."""

    name: str
    argument: str
    end: int


def at_start(text: str, position: int, dialect: Dialect, *, final: bool) -> Found | None:
    """The command that begins where a statement could begin, or None."""
    if text.startswith("\\", position):
        return backslash(text, position, dialect, final=final, inside=False)
    match dialect.family:
        case Family.MYSQL:
            pattern = _SANDBOX if text.startswith("/*", position) else _MYSQL_WORDS
        case Family.SQLITE:
            pattern = _DOT
        case Family.POSTGRES:
            return None
    found = pattern.match(text, position)
    if not found:
        return None
    ended = final or found.end() < len(text)
    if pattern is _SANDBOX:
        return Found("sandbox", "", found.end() if ended else -1)
    return Found(found.group(1).lower(), found.group(2).strip(), found.end() if ended else -1)


def backslash(text: str, position: int, dialect: Dialect, *, final: bool, inside: bool) -> Found | None:
    r"""The backslash command at ``position``; inside a statement mysql's have one letter; ``\;`` is a terminator."""
    found = _BACKSLASH.match(text, position)
    name = (found.group(1) or "") if found else ""
    if not name:
        return None
    if inside and dialect.family is Family.MYSQL:
        name = name[0]
        if name in "gGc":
            return Found(name, "", position + 2)
    if name == ";":
        return Found(name, "", position + 2)
    rest = _LINE.match(text, position + 1 + len(name))
    end = rest.end() if rest else len(text)
    argument = text[position + 1 + len(name) : end].strip()
    if argument.startswith(";") and name in ("g", "gx", "G"):
        return Found(name, "", position + 1 + len(name))
    return Found(name, argument, end if final or end < len(text) else -1)


def delimiter_of(argument: str) -> str:
    """The delimiter that a DELIMITER line names: its first word, quotes taken off, as the mysql client does."""
    word = next(iter(argument.split()), "")
    if word[:1] in ("'", '"', "`"):
        quoted = argument.strip()
        end = quoted.find(quoted[0], 1)
        return quoted[1:end] if end > 0 else quoted[1:]
    return word
