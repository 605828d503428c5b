"""Possessive groups that mean the same on every Python that takes them.

Before Python 3.11.5 (Debian 12 has 3.11.2) a group ``(?:..)*+`` ends where its last, failed try stopped to look, which
may be too early or too late: https://github.com/python/cpython/issues/106052. Who tells strings and comments apart by
such groups would send statements unseen. A last alternative that fails at once puts the place right.
"""

from __future__ import annotations

import re
from functools import cache

_REPEATED = re.compile(r"(?:[*+?]|\{\d*,?\d*\})\+")
_CLASS = re.compile(r"\[\^?\]?(?:[^\]\\]|\\.)*\]", re.S)
NEVER = "|(?!)"


def compiled(pattern: str, flags: int | re.RegexFlag = 0) -> re.Pattern[str]:
    """As ``re.compile``."""
    return re.compile(mended(pattern, flags) if _wrong() else pattern, flags)


def mended(pattern: str, flags: int | re.RegexFlag = 0) -> str:
    """The pattern with an alternative more in each possessive group; it matches what the pattern should match."""
    verbose = bool(flags & re.VERBOSE)
    pieces: list[str] = []
    at = 0
    while at < len(pattern):
        end = at + 1
        if pattern[at] == "\\":
            end = at + 2
        elif pattern[at] == "[":
            found = _CLASS.match(pattern, at)
            end = found.end() if found else end
        elif pattern[at] == "#" and verbose:
            end = pattern.find("\n", at) + 1 or len(pattern)
        elif pattern[at] == ")" and _REPEATED.match(pattern, at + 1):
            pieces.append(NEVER)
        pieces.append(pattern[at:end])
        at = end
    return "".join(pieces)


@cache
def _wrong() -> bool:
    """Whether this Python has the fault."""
    found = re.compile("(?:ab?c)*+").match("acab")
    return found is None or found.end() != len("ac")
