"""How a statement changes the reading of those after it: sql_mode, standard_conforming_strings."""

from __future__ import annotations

import re

from safesql.slotted import replace
from safesql.sql.dialect import Dialect, Family, Mode
from safesql.sql.modes_mysql import Variables, modes_of
from safesql.sql.modes_postgres import Strings
from safesql.sql.possessive import compiled
from safesql.sql.statement import Statement

__all__ = ["Memory", "after", "modes_of", "unknown"]

_MAY_SET = compiled(
    r"(?:/\*M?![0-9]*+|[ \t\r\n(]|--[^\n]*+\n|/\*(?!M?!)[^*]*+(?:\*(?!/)[^*]*+)*+\*/)*+"
    r"(?:(set|reset|discard|begin|start|commit|end|rollback|abort)|select|values|with|update|do|execute|call)(?![A-Za-z0-9_])",
    re.IGNORECASE | re.ASCII,
)
_NAMES = ("@", "standard_conforming", "set_config", "pg_settings")


def after(statement: Statement) -> Dialect:
    """How the next statement is read when this one has run; with ``Mode.UNKNOWN`` when the text does not tell."""
    return Memory(statement.dialect).after(statement, statement.dialect)


def unknown(dialect: Dialect) -> bool:
    """Whether something set the modes that the text did not tell: ask the server, or refuse what could be misread."""
    return Mode.UNKNOWN in dialect.modes


class Memory:
    """What must be kept between the statements of a script: saved modes, and those before the open transaction.

    ``dialect`` is the session's at its beginning, which is what RESET and DEFAULT go back to.
    """

    __slots__ = ("_mysql", "_postgres")

    def __init__(self, dialect: Dialect) -> None:
        self._mysql = Variables(dialect.modes)
        self._postgres = Strings(dialect.modes)

    def after(self, statement: Statement, dialect: Dialect) -> Dialect:
        """The dialect after a statement, which is assumed to succeed."""
        if dialect.family is Family.SQLITE or not _may_set(statement.text):
            return dialect
        keeper = self._postgres if dialect.family is Family.POSTGRES else self._mysql
        modes = keeper.after(statement, dialect.modes)
        return dialect if modes == dialect.modes else replace(dialect, modes=modes)


def _may_set(text: str) -> bool:
    """Whether it is worth a closer look: this runs for every statement of a script."""
    found = _MAY_SET.match(text)
    if found is None or found[1]:
        return found is not None
    lower = text.lower()
    return any(name in lower for name in _NAMES)
