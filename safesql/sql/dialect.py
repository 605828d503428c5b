"""The lexical traits of a server, as data."""

from __future__ import annotations

from enum import Enum

from safesql.slotted import dataclass, replace


class Mode(Enum):
    """A setting of the session that changes what a text means."""

    STANDARD_STRINGS = "standard_conforming_strings"    # PostgreSQL: a backslash in '..' is a backslash
    ANSI_QUOTES = "ANSI_QUOTES"                         # MySQL: ".." is a name
    NO_BACKSLASH_ESCAPES = "NO_BACKSLASH_ESCAPES"       # MySQL: a backslash in '..' is a backslash
    PIPES_AS_CONCAT = "PIPES_AS_CONCAT"                 # MySQL: || joins strings, else it is OR
    HIGH_NOT_PRECEDENCE = "HIGH_NOT_PRECEDENCE"         # MySQL: NOT binds as ! does
    IGNORE_SPACE = "IGNORE_SPACE"                       # MySQL: count (*) is a function call
    STRICT = "STRICT"                                   # MySQL: STRICT_TRANS_TABLES or STRICT_ALL_TABLES
    UNKNOWN = "unknown"                                 # something set the modes that the text does not tell
    ORACLE = "ORACLE"                                   # MariaDB: sql_mode=ORACLE, other syntax: fail closed

    __hash__ = object.__hash__      # members are compared by identity; Enum's own hash is a slow function


class Family(Enum):
    """Servers that share a grammar."""

    POSTGRES = "postgres"
    MYSQL = "mysql"
    SQLITE = "sqlite"

    __hash__ = object.__hash__      # members are compared by identity; Enum's own hash is a slow function


@dataclass(frozen=True, slots=True)
class Dialect:
    """A server's way to read text: hashable, so that compiled lexers can be cached by it."""

    name: str                                   # postgres | mysql | mariadb | sqlite
    family: Family
    modes: frozenset[Mode] = frozenset()
    version: int | None = None                  # as executable comments count it (101119), or None

    def __hash__(self) -> int:
        """Cheap, because compiled expressions are looked up by it for every statement."""
        return hash((self.name, self.modes, self.version))

    def has(self, mode: Mode) -> bool:
        """Whether this mode is on."""
        return mode in self.modes

    def with_modes(self, *modes: Mode) -> Dialect:
        """The same dialect with exactly these modes."""
        return replace(self, modes=frozenset(modes))

    @property
    def backslash_escapes(self) -> bool:
        r"""Whether ``\'`` in a plain string is an escaped quote."""
        match self.family:
            case Family.POSTGRES:
                return Mode.STANDARD_STRINGS not in self.modes
            case Family.MYSQL:
                return Mode.NO_BACKSLASH_ESCAPES not in self.modes
            case Family.SQLITE:
                return False

    @property
    def double_quotes_names(self) -> bool:
        """Whether ``"x"`` is a name (SQLite falls back to a string when there is no such column)."""
        return self.family is not Family.MYSQL or Mode.ANSI_QUOTES in self.modes
