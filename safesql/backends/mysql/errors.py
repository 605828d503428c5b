"""The errors of MySQL and MariaDB in our terms."""

from __future__ import annotations

import re

from safesql.backends.mysql.packets import Refusal
from safesql.errors import StatementFailed

INTERRUPTED = 1317
ENDING = frozenset({1053, 1927, 4031})
"""Shutdown in progress; connection was killed; connection was idle for too long. The server closes the connection."""

_NEAR = re.compile(r"near '(.*)' at line (\d+)$", re.DOTALL)


def failed(refusal: Refusal, text: str, kind: type[StatementFailed] = StatementFailed) -> StatementFailed:
    """The error of a statement; its number is kept in the words, since people search for it."""
    number = f" (error {refusal.number})" if refusal.number else ""
    return kind(f"{refusal.message}{number}", code=refusal.state, position=_position(refusal.message, text))


def _position(message: str, text: str) -> int | None:
    """Where the words of a syntax error stand: the server quotes up to 80 characters and counts lines."""
    found = _NEAR.search(message)
    if found is None or not found[1]:
        return None
    at = 0
    for _ in range(int(found[2]) - 1):
        at = text.find("\n", at) + 1
    where = text.find(found[1], at)
    return where if where >= 0 else None
