r"""``\set``, ``\unset`` and ``\getenv`` of psql in a script; and what ``\gset`` may set before it is run."""

from __future__ import annotations

import os

from safesql.errors import Refused
from safesql.sql.statement import Statement
from safesql.sql.token import Kind
from safesql.sql.variables import Variables

CHANGES_THE_RUN = {
    "AUTOCOMMIT": ("on", "statements commit by themselves; write BEGIN and COMMIT, or run it with -1"),
    "SINGLELINE": ("off", "statements end with ; only"),
    "SINGLESTEP": ("off", "the guard asks where it must"),
    "ON_ERROR_ROLLBACK": ("off", "a failed statement fails its transaction; write SAVEPOINT"),
    "FETCH_COUNT": ("0", "rows are streamed always"),
}
"""Variables that mean something to psql itself: the value that safesql has, and what to do about others."""
_OFF = frozenset({"off", "of", "false", "f", "no", "n", "0", ""})
_ON = frozenset({"on", "true", "t", "yes", "y", "1"})
_COLUMNS = frozenset({"SELECT", "WITH", "VALUES", "INSERT", "UPDATE", "DELETE"})


def set_variable(name: str, words: list[str], variables: Variables) -> None:
    r"""Do it; the values of ``\set`` are joined. Raises ValueError for a wrong name, Refused for what is not built."""
    if not words:
        return
    first, *rest = words
    match name:
        case "set":
            value = "".join(rest)
            _allowed(first, value)
            variables.set(first, value)
        case "unset":
            variables.unset(first)
        case _ if rest and rest[0] in os.environ:
            variables.set(first, os.environ[rest[0]])


def _allowed(name: str, value: str) -> None:
    """Raise Refused where psql itself would work otherwise than safesql."""
    have, why = CHANGES_THE_RUN.get(name, ("", ""))
    words = next((words for words in (_ON, _OFF) if have in words), frozenset())
    if why and value.lower() not in words and not (name == "FETCH_COUNT" and value.isdigit()):
        raise Refused(f"\\set {name} {value} is not built: {why}")


def may_overwrite(statement: Statement, variables: Variables) -> None:
    r"""Of variables that ``\gset`` may set, the value is not known any more: those named like a word of the query."""
    prefix = (statement.command.argument if statement.command else "").strip()
    tokens = statement.tokens
    stars = [at for at, token in enumerate(tokens) if token.text == "*"]
    counts = [at for at in stars if "".join(token.text for token in tokens[at - 1 : at + 2]) == "(*)"]
    if not tokens or tokens[0].word not in _COLUMNS or stars != counts:
        variables.may_be_set(prefix)
        return
    names = {token.text.lower() for token in tokens if token.kind is Kind.WORD}
    names |= {token.text.strip('"').replace('""', '"') for token in tokens if token.kind is Kind.NAME}
    for name in (prefix + name for name in names):
        if variables.is_name(name):
            variables.set(name, None)
