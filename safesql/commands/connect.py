r"""``\c``: another server or database."""

from __future__ import annotations

from safesql.commands.shell import Shell

NAMES = ("c", "connect")
USAGE = r"\c [TARGET|PROFILE]"
SUMMARY = "connect to a profile, a URL or a file; without one, to the same target again"


def run(shell: Shell, argument: str) -> None:
    """Connect first, and leave the old session only when that went well."""
    shell.reconnect(argument.strip().rstrip(";").strip())
