r"""psql's variables: what ``\set`` and ``\gset`` gave a name to, and the text that stands for ``:x`` in a script.

https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-VARIABLES
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from safesql.sql.possessive import compiled
from safesql.sql.strings import WORD

_REFERENCE = compiled(
    rf""":(?:(?P<plain>{WORD}++)|'(?P<string>{WORD}++)'|"(?P<name>{WORD}++)"|\{{\?(?P<is>{WORD}++)\}})"""
)
_CUT_OFF = compiled(rf""":(?:{WORD}*+|['"]{WORD}*+|\{{(?:\?{WORD}*+)?+)\Z""")
_NAME = compiled(rf"{WORD}++")


class Variables:
    """Changes as a script is read; a value of None is one that only the run of the script will tell."""

    __slots__ = ("_perhaps", "_values", "looked_at")

    def __init__(self, values: Mapping[str, str | None] | None = None) -> None:
        self._values: dict[str, str | None] = dict(values or {})
        self.looked_at: Callable[[], None] = lambda: None      # called before a value is put into a text
        self._perhaps: tuple[str, ...] = ()          # how names begin that may have been set, by columns not known yet

    def get(self, name: str) -> str | None:
        """The value, or None where there is none or it is not known."""
        return self._values.get(name)

    def has(self, name: str) -> bool:
        """Whether it is set."""
        return name in self._values

    def known(self, name: str) -> bool:
        """Whether it is not set, or its value is known."""
        return self._values.get(name, None if name.startswith(self._perhaps) else "") is not None

    @property
    def perhaps(self) -> tuple[str, ...]:
        """How names begin that may have been set."""
        return self._perhaps

    def may_be_set(self, prefix: str) -> None:
        """From now on nothing is known of names that begin so."""
        self._perhaps = (*self._perhaps, prefix)
        for name in self._values:
            if name.startswith(prefix):
                self._values[name] = None

    def set(self, name: str, value: str | None) -> None:
        """Give it a value; raises ValueError for what is no name."""
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name for a variable; take letters, digits and underscores")
        self._values[name] = value

    def unset(self, name: str) -> None:
        """Forget it; quiet when it is not there."""
        self._values.pop(name, None)

    @staticmethod
    def is_name(name: str) -> bool:
        """Whether a variable may be called so."""
        return _NAME.fullmatch(name) is not None

    def become(self, other: Variables) -> None:
        """Take the values of others, and none else."""
        self._values, self._perhaps = dict(other._values), other._perhaps

    def copy(self) -> Variables:
        """The same values, which change no more with these."""
        copied = Variables(self._values)
        copied._perhaps = self._perhaps
        return copied

    def differing(self, others: Iterable[Variables]) -> frozenset[str]:
        """Names that do not have the same value everywhere."""
        every = [self._values, *(other._values for other in others)]
        names = {name for values in every for name in values}
        return frozenset(name for name in names if len({values.get(name, "\0") for values in every}) > 1)

    def names(self) -> tuple[str, ...]:
        """All that are set, in order."""
        return tuple(sorted(self._values))

    def text(self, found: re.Match[str]) -> str | None:
        """What psql puts in the place of a reference; None where it leaves that as it stands."""
        self.looked_at()
        name = found[found.lastgroup or ""]
        if not self.known(name):
            return None
        if found.lastgroup == "is":
            return "TRUE" if self.has(name) else "FALSE"
        value = self.get(name)
        if value is None or found.lastgroup == "plain":
            return value
        return _string(value) if found.lastgroup == "string" else '"' + value.replace('"', '""') + '"'


def reference(text: str, at: int) -> re.Match[str] | None:
    """The reference to a variable that begins at a colon."""
    return _REFERENCE.match(text, at)


def name_of(found: re.Match[str]) -> str:
    """The variable that a reference names."""
    return found[found.lastgroup or ""]


def cut_off(text: str, at: int) -> bool:
    """Whether a reference that begins here might go on behind the end of the text."""
    return _CUT_OFF.match(text, at) is not None


def _string(value: str) -> str:
    """A literal that means the value whatever standard_conforming_strings is, as libpq writes it."""
    doubled = value.replace("'", "''")
    return " E'" + doubled.replace("\\", "\\\\") + "'" if "\\" in value else f"'{doubled}'"
