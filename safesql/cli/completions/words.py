"""What can stand on the command line, read from the click commands, so that no list is kept twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum

import click

from safesql.cli.edge import HELP
from safesql.cli.registry import COMMANDS, load
from safesql.slotted import dataclass


class Source(Enum):
    """Where the words for a value come from."""

    NOTHING = "nothing"         # free text
    CHOICES = "choices"
    FILE = "file"
    PROFILE = "profile"
    RULE = "rule"
    RULES = "rules"             # several, with commas between
    TARGET = "target"           # a profile or the path of a SQLite file


@dataclass(frozen=True, slots=True)
class Value:
    """What an option or an argument takes."""

    source: Source
    choices: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One option with all its spellings; ``value`` is None for a flag."""

    names: tuple[str, ...]
    about: str
    value: Value | None = None
    repeatable: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A command with what may follow it; ``path`` is empty for the shell itself."""

    path: tuple[str, ...]
    about: str
    options: tuple[Option, ...]
    argument: Value | None = None
    several: bool = False
    commands: tuple[tuple[str, str], ...] = ()
    help: str = ""
    usage: str = ""             # what follows its name, in the words of its help
    passes_on: bool = False     # its options are the shell's


_BY_METAVAR = {"PATH": Source.FILE, "FILE...": Source.FILE, "RULE[,RULE...]": Source.RULES}
_BY_NAME = {"profile": Source.PROFILE, "rule": Source.RULE, "target": Source.TARGET, "files": Source.FILE}


def entries() -> tuple[Entry, ...]:
    """The shell first, then its subcommands and theirs."""
    shell = _entry((), load("shell"), tuple(COMMANDS.items()))
    return (shell, *(entry for name in COMMANDS for entry in _below((name,), load(name), shell)))


def valued(known: Sequence[Entry]) -> tuple[str, ...]:
    """The spellings of all options that take a value: the word behind one of them is no argument."""
    options = (option for entry in known for option in entry.options if option.value is not None)
    return tuple(dict.fromkeys(name for option in options for name in option.names))


def _below(path: tuple[str, ...], command: click.Command, shell: Entry) -> Iterator[Entry]:
    """A subcommand and, for a group, its own."""
    if isinstance(command, click.Group):
        inner = [(name, below) for name, below in command.commands.items() if not below.hidden]
        yield _entry(path, command, tuple((name, _about(below)) for name, below in inner))
        for name, below in inner:
            yield from _below((*path, name), below, shell)
    elif command.context_settings.get("ignore_unknown_options"):
        yield Entry(path, _about(command), shell.options, help=command.help or "", usage="[OPTIONS]", passes_on=True)
    else:
        yield _entry(path, command, ())


def _entry(path: tuple[str, ...], command: click.Command, commands: tuple[tuple[str, str], ...]) -> Entry:
    """One command."""
    context = click.Context(command)
    parameters = [*command.params, _help(command)]
    options = tuple(
        option
        for parameter in parameters
        if isinstance(parameter, click.Option) and not parameter.hidden
        for option in _options(parameter)
    )
    arguments = [parameter for parameter in parameters if isinstance(parameter, click.Argument)]
    argument = _value(arguments[0]) if arguments else None
    several = any(each.nargs < 0 for each in arguments)
    usage = " ".join(command.collect_usage_pieces(context))
    return Entry(path, _about(command), options, argument, several, commands, command.help or "", usage)


def _help(command: click.Command) -> click.Option:
    """The option that click adds by itself, as it would be first made: what it keeps is of whoever asked first."""
    taken = {name for parameter in command.params for name in parameter.opts}
    names = [name for name in HELP if name not in taken]
    return click.Option([*names, "_help"], is_flag=True, help="Show this message and exit.")


def _options(option: click.Option) -> Iterator[Option]:
    """An option, and its opposite when it has one."""
    about = _sentence(option.help or "")
    flag = option.is_flag or option.count
    yield Option(tuple(option.opts), about, None if flag else _value(option), option.multiple)
    if option.secondary_opts:
        yield Option(tuple(option.secondary_opts), f"The opposite of {option.opts[0]}")


def _value(parameter: click.Parameter) -> Value:
    """What a parameter takes: its type, its metavar and its name say it."""
    name = (parameter.metavar or parameter.name or "").lower().rstrip(".")
    if isinstance(parameter.type, click.Choice):
        return Value(Source.CHOICES, tuple(str(choice) for choice in parameter.type.choices), parameter.name or "")
    if isinstance(parameter.type, click.Path):
        return Value(Source.FILE, name="path")
    source = _BY_METAVAR.get(parameter.metavar or "") or _BY_NAME.get(parameter.name or "", Source.NOTHING)
    return Value(source, name=name.partition("[")[0])


def _about(command: click.Command) -> str:
    """The first sentence of a command's help."""
    return _sentence((command.help or "").partition("\n\n")[0])


def _sentence(text: str) -> str:
    """On one line and without its full stop."""
    return " ".join(text.split()).removesuffix(".")
