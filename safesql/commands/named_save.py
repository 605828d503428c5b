r"""``\ns``: give a query a name."""

from __future__ import annotations

import re

from safesql.commands.shell import Shell
from safesql.errors import UsageError

NAMES = ("ns", "named-save")
USAGE = r"\ns NAME [QUERY]"
SUMMARY = "give a query, or the last statement, a name; $1 and :name in it take values from \\n"

_NAME = re.compile(r"[\w.-]{1,64}")


def run(shell: Shell, argument: str) -> None:
    """Keep it; it is judged whenever it runs. Raises UsageError."""
    name, _, text = argument.strip().partition(" ")
    text = text.strip().rstrip(";").strip() or shell.last
    if not _NAME.fullmatch(name):
        raise UsageError("name it with letters, digits, - _ and dots: \\ns NAME QUERY")
    if not text:
        raise UsageError("there is no last statement; write the query behind the name")
    replaced = shell.named.save(name, text)
    shell.say(f"{name} is {'now another' if replaced else 'a named'} query; \\n {name} runs it")
    if name in shell.named.shared:
        shell.say(f"it stands before the one in {shell.named.shared[name].origin}, until \\nd {name}")
