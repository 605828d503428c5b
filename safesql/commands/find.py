"""From the name that was typed to the command that is meant."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import Protocol

from safesql.commands import COMMANDS, GROUPS
from safesql.commands.refused import REFUSED
from safesql.commands.shell import Shell
from safesql.config.nearest import nearest
from safesql.errors import Refused, UsageError
from safesql.sql.dialect import Dialect, Family
from safesql.sql.statement import Command as Typed

_AS = {
    "mode": ("pset", "format "), "nullvalue": ("pset", "null "), "headers": ("pset", "header "),
    "timer": ("timing", ""), "nopager": ("pset", "pager off"), "notee": ("o", ""),
}  # fmt: skip
"""Names of other clients that are one of ours with a word before the argument."""

_BY_FAMILY: dict[Family, dict[str, str]] = {
    Family.MYSQL: {"s": "conninfo", "T": "o", "t": "o", "n": "pset"},
    Family.POSTGRES: {},
    Family.SQLITE: {"databases": "l", "indexes": "di", "output": "o", "show": "pset", "fullschema": "sv"},
}
"""Names that mean something else to the users of one server's own client."""


_CAPITALS = 3              # letters of the longest names in which capitals mean something else: \\dT is not \\dt
_DASHED = re.compile(r"\s*\\([a-z]+-[a-z]+)\b([^\n]*)")


class Command(Protocol):
    """A module of this package."""

    NAMES: tuple[str, ...]
    USAGE: str
    SUMMARY: str

    def run(self, shell: Shell, argument: str) -> None:
        """Do it; raises SafesqlError."""
        ...


def spelled(piece: Typed) -> tuple[str, str]:
    """Name and argument; the splitter ends a name at a dash, as psql does, and some of ours have one."""
    found = _DASHED.match(piece.text)
    if found and found[1] in by_name():
        return found[1], found[2].strip()
    if piece.name in _AS:
        name, before = _AS[piece.name]
        return name, f"{before}{piece.argument}"
    return piece.name, piece.argument


@cache
def commands() -> tuple[Command, ...]:
    """All of them, imported now."""
    return tuple(_command(name) for name in COMMANDS)


def grouped() -> tuple[tuple[str, tuple[Command, ...]], ...]:
    """The same under the headings of the help."""
    return tuple((title, tuple(_command(name) for name in names)) for title, names in GROUPS.items())


@cache
def by_name() -> dict[str, Command]:
    """Every name of every command."""
    return {name: command for command in commands() for name in command.NAMES}


def find(name: str, dialect: Dialect) -> Command:
    """The command of this name; raises Refused for what safesql does not do, UsageError for a name it does not know."""
    known = by_name()
    own = _BY_FAMILY[dialect.family].get(name, name)
    refused = next((each for each in (name, name.rstrip("+S")) if each in REFUSED and own == name), "")
    if refused:
        raise Refused(f"\\{name} {REFUSED[refused]}")
    for candidate in (own, own.rstrip("+S"), *((own.lower(),) if len(own) > _CAPITALS else ())):
        if candidate in known:
            return known[candidate]
    raise UsageError(f"there is no command \\{name[:40]}{nearest(name, known)}; \\? lists them")


def _command(name: str) -> Command:
    """A module as a command."""
    module: Command = import_module(f"safesql.commands.{name}")
    return module
