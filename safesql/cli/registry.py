"""The subcommands by name, imported when they are called."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

COMMANDS = {
    "check": "judge files, no connection needed",
    "rules": "the dangers safesql knows, and why they are dangers",
    "events": "what --events tells programs of a run, and its JSON Schema",
    "plan": "what files would do to a target, for review",
    "approve": "sign a plan after reading it",
    "apply": "run an approved plan, once",
    "undo": "take back what a statement changed",
    "config": "what is configured, and where each value comes from",
    "demo": "the shell on a small billing database of its own",
}
"""Name and summary; the module of each is ``safesql.cli.<name>_command`` with ``COMMAND``."""


def subcommand(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that the first word names, else the shell; and the words that are left for it."""
    if words and words[0] in COMMANDS:
        return load(words[0]), words[1:]
    return load("shell"), words


def load(name: str) -> click.Command:
    """The click command of a subcommand, or of the shell."""
    command: click.Command = import_module(f"safesql.cli.{name}_command").COMMAND
    return command
