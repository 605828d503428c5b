"""Executable comments are code for some servers: the readings of a text, one for each server it may meet."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from safesql.sql.dialect import Dialect, Family
from safesql.sql.token import Kind, Token

KEYS = 4                       # different versions in one statement; more are not read all ways
OLDEST = 50700                 # every server from MySQL 5.7 and MariaDB 10 on runs what asks for less
MARIADB = 100000               # every MariaDB that is around runs what asks MariaDB alone for no more
NEVER = 99000                  # asks for more than any server is, read as five digits or as six
MARIADB_SKIPS = range(50700, 100000)      # https://mariadb.com/kb/en/comment-syntax/


def readings(tokens: list[Token], dialect: Dialect) -> list[list[Token]] | None:
    """The token lists that servers may see, at least one; None for too many versions or a comment in a comment."""
    if dialect.family is not Family.MYSQL or Kind.CODE_OPEN not in [token.kind for token in tokens]:
        return [tokens]
    keys = list(dict.fromkeys(token.text for token in tokens if token.kind is Kind.CODE_OPEN))
    choices = [_choices(key, dialect) for key in keys]
    if sum(len(choice) > 1 for choice in choices) > KEYS or _is_nested(tokens):
        return None
    return [list(_taken(tokens, dict(zip(keys, choice, strict=True)))) for choice in product(*choices)]


def _choices(key: str, dialect: Dialect) -> tuple[bool, ...]:
    """Whether a server runs a comment that begins like this: yes, no, or either."""
    digits = key.lstrip("/*M!")
    maria_only = key.startswith("/*M")
    asks = int(digits) if digits else 0
    if dialect.version is not None:
        if dialect.name == "mysql":
            return (not maria_only and asks <= dialect.version,)
        return (asks <= dialect.version and not (asks in MARIADB_SKIPS and not maria_only),)
    if int(digits[:5] or 0) >= NEVER:
        return (False,)
    if (maria_only and dialect.name == "mariadb" and asks <= MARIADB) or (asks < OLDEST and not maria_only):
        return (True,)
    return (True, False)


def _is_nested(tokens: list[Token]) -> bool:
    """Whether an executable comment begins inside another, or one does not end."""
    inside = False
    for token in tokens:
        if token.kind is Kind.CODE_OPEN:
            if inside:
                return True
            inside = True
        elif token.kind is Kind.CODE_CLOSE:
            inside = False
    return inside


def _taken(tokens: list[Token], runs: dict[str, bool]) -> Iterator[Token]:
    """The tokens outside of executable comments, and inside of those that run."""
    taking = True
    for token in tokens:
        if token.kind is Kind.CODE_OPEN:
            taking = runs[token.text]
        elif token.kind is Kind.CODE_CLOSE:
            taking = True
        elif taking:
            yield token
