"""How a statement changes the reading of those after it: sql_mode, standard_conforming_strings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from safesql.sql.dialect import Dialect, Family, Mode
from safesql.sql.lexer import significant
from safesql.sql.statement import Statement
from safesql.sql.token import Kind, Token

_MAY_SET = re.compile(r"sql_mode|standard_conforming_strings|\b(?:reset|discard)\b", re.IGNORECASE)
_ANSI = frozenset({Mode.ANSI_QUOTES, Mode.PIPES_AS_CONCAT, Mode.IGNORE_SPACE})
_STRICT = frozenset({Mode.STRICT})
_NAMED: dict[str, frozenset[Mode]] = {
    "ANSI_QUOTES": frozenset({Mode.ANSI_QUOTES}),
    "NO_BACKSLASH_ESCAPES": frozenset({Mode.NO_BACKSLASH_ESCAPES}),
    "PIPES_AS_CONCAT": frozenset({Mode.PIPES_AS_CONCAT}),
    "HIGH_NOT_PRECEDENCE": frozenset({Mode.HIGH_NOT_PRECEDENCE}),
    "IGNORE_SPACE": frozenset({Mode.IGNORE_SPACE}),
    "STRICT_TRANS_TABLES": _STRICT,
    "STRICT_ALL_TABLES": _STRICT,
    "TRADITIONAL": _STRICT,
    "ANSI": _ANSI,
    "ORACLE": _ANSI | {Mode.ORACLE},
    "DB2": _ANSI,
    "MSSQL": _ANSI,
    "MAXDB": _ANSI,
    "POSTGRESQL": _ANSI,
}
"""MySQL manual 7.1.11 and MariaDB's SQL_MODE page: the names that change how text is read, with their combinations."""

_ON = frozenset({"ON", "TRUE", "1", "YES", "T", "Y"})
_OFF = frozenset({"OFF", "FALSE", "0", "NO", "F", "N"})


def modes_of(sql_mode: str) -> frozenset[Mode]:
    """The modes in a value of sql_mode, as the server reports or takes it."""
    found: frozenset[Mode] = frozenset()
    for name in sql_mode.upper().replace(" ", "").split(","):
        found |= _NAMED.get(name, frozenset())
    return found


def after(statement: Statement) -> Dialect:
    """How the next statement is read when this one has run; its own dialect where it sets nothing by a literal."""
    return Memory().after(statement, statement.dialect)


@dataclass(slots=True)
class Memory:
    """User variables that were filled from @@sql_mode, as dumps do to restore it at their end."""

    saved: dict[str, frozenset[Mode]] = field(default_factory=dict)

    def after(self, statement: Statement, dialect: Dialect) -> Dialect:
        """The dialect after a statement of a script.

        A value that cannot be read from the text leaves the dialect as it is: whoever runs the script compares with
        what the server reports before the next statement is sent.
        """
        if not _MAY_SET.search(statement.text[:65536]):
            return dialect
        tokens = [t for t in significant(statement.text, dialect) if t.kind not in (Kind.CODE_OPEN, Kind.CODE_CLOSE)]
        match dialect.family:
            case Family.POSTGRES:
                return _postgres(tokens, dialect)
            case Family.MYSQL:
                return self._mysql(tokens, dialect)
            case Family.SQLITE:
                return dialect

    def _mysql(self, tokens: list[Token], dialect: Dialect) -> Dialect:
        """SET [SESSION] sql_mode = 'list', with any number of assignments beside it."""
        if not tokens or tokens[0].word != "SET":
            return dialect
        for assignment in _assignments(tokens[1:]):
            name, value = _assigned(assignment)
            if name.startswith("@") and not name.startswith("@@"):
                self._remember(name, value, dialect)
            elif name.upper().removeprefix("@@").rpartition(".")[2] == "SQL_MODE" and "GLOBAL" not in name.upper():
                modes = self._value(value, dialect)
                dialect = dialect if modes is None else dialect.with_modes(*modes)
        return dialect

    def _remember(self, name: str, value: list[Token], dialect: Dialect) -> None:
        """SET @old = @@sql_mode keeps the modes, anything else forgets them."""
        text = "".join(token.text for token in value).upper()
        if text in ("@@SQL_MODE", "@@SESSION.SQL_MODE", "@@LOCAL.SQL_MODE"):
            self.saved[name.lower()] = dialect.modes
        else:
            self.saved.pop(name.lower(), None)

    def _value(self, value: list[Token], dialect: Dialect) -> frozenset[Mode] | None:
        """The modes of a literal or a remembered variable; None when the text does not tell."""
        if len(value) != 1:
            return None
        token = value[0]
        if token.kind is Kind.STRING:
            return modes_of(token.text.strip("'\""))
        if token.kind is Kind.PARAMETER:
            return self.saved.get(token.text.lower())
        if token.word == "DEFAULT":
            return frozenset({Mode.STRICT})
        return modes_of(token.text) if token.kind is Kind.WORD else dialect.modes


def _assignments(tokens: list[Token]) -> list[list[Token]]:
    """The parts of a SET between commas."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        if token.kind is Kind.COMMA and not depth:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _assigned(tokens: list[Token]) -> tuple[str, list[Token]]:
    """Name and value of one assignment; GLOBAL, PERSIST stay part of the name."""
    for index, token in enumerate(tokens):
        if token.text in ("=", ":="):
            words = [t.text for t in tokens[:index] if t.word not in ("SESSION", "LOCAL")]
            return "".join(words).strip("`"), tokens[index + 1 :]
    return "", []


def _postgres(tokens: list[Token], dialect: Dialect) -> Dialect:
    """SET and RESET of standard_conforming_strings, and set_config with literals."""
    words = [token.word or token.text.strip("'\"").upper() for token in tokens]
    if words[:2] in (["RESET", "ALL"], ["RESET", "STANDARD_CONFORMING_STRINGS"], ["DISCARD", "ALL"]):
        return dialect.with_modes(Mode.STANDARD_STRINGS)
    if words[:1] == ["SET"] and "STANDARD_CONFORMING_STRINGS" in words[1:3]:
        return _switched(words[-1], dialect)
    if "SET_CONFIG" in words and "STANDARD_CONFORMING_STRINGS" in words:
        at = words.index("STANDARD_CONFORMING_STRINGS")
        return _switched(words[at + 2] if at + 2 < len(words) else "", dialect)
    return dialect


def _switched(value: str, dialect: Dialect) -> Dialect:
    """The dialect with the strings as this value wants them."""
    if value in _ON or value == "DEFAULT":
        return dialect.with_modes(Mode.STANDARD_STRINGS)
    return dialect.with_modes() if value in _OFF else dialect
