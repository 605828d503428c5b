r"""``\n``: run a query that was given a name."""

from __future__ import annotations

import shlex

from safesql.commands.shell import Shell
from safesql.config.nearest import nearest
from safesql.errors import UsageError

NAMES = ("n", "named")
USAGE = r"\n [NAME [ARGUMENT ..]]"
SUMMARY = "named queries, or run one with values for its $1 and :name (name=value); on MySQL: \\named"


def run(shell: Shell, argument: str) -> None:
    """List them, or put the values in as literals and run the text as if it had been typed; raises UsageError."""
    try:
        name, *values = shlex.split(argument.strip().rstrip(";"))
    except ValueError:
        if argument.strip().rstrip(";"):
            raise UsageError("a quote in the arguments is not closed") from None
        _list(shell)
        return
    shell.run_text(_text(shell, name, values))


def _list(shell: Shell) -> None:
    """All names with their texts."""
    found, own = shell.named.load(), shell.named.own()
    width = max(map(len, found), default=0)
    shared = {name: f"  ({each.origin})" for name, each in shell.named.shared.items() if name not in own}
    lines = [f"{name:<{width}}  {' '.join(text.split())}{shared.get(name, '')}\n" for name, text in found.items()]
    shell.page("".join(lines) or "no query has a name yet; \\ns NAME QUERY gives one\n")


def _text(shell: Shell, name: str, values: list[str]) -> str:
    """The query with its values; raises UsageError for unknown names and for values too few or too many."""
    from safesql.sql.filled import filled, places

    found = shell.named.load()
    if name not in found:
        raise UsageError(f"no query is named {name}{nearest(name, found)}; \\n lists them")
    dialect, text = shell.session.connection.dialect, found[name]
    wanted = {place.name for place in places(text, dialect)}
    given = {key: value for key, is_, value in (each.partition("=") for each in values) if is_ and key in wanted}
    positional = [each for each in values if each.partition("=")[0] not in given]
    numbers = max((int(each) for each in wanted if each.isdigit()), default=0)
    if len(positional) > numbers:
        raise UsageError(f"{name} takes {numbers} values in order, and {len(positional)} were given")
    try:
        return filled(text, positional, given, dialect)
    except KeyError as error:
        raise UsageError(f"{name} needs a value for {error.args[0]}: \\n {name} VALUE .. or KEY=VALUE") from None
    except ValueError as error:
        raise UsageError(str(error)) from None
