"""The edge of the process: every expected failure becomes one sentence on stderr and its exit code."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from safesql.cli.plain_words import plain
from safesql.cli.registry import COMMANDS, subcommand
from safesql.cli.say import complain
from safesql.errors import SafesqlError

if TYPE_CHECKING:
    import click

HELP = ["--help", "-h"]
"""For all commands, as the completions have it."""


def run(words: list[str]) -> int:
    """Find the command, run it, and turn what it raises into an exit code."""
    try:
        return _run(words)
    except SafesqlError as error:
        complain(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        complain("interrupted")
        return 130
    except BrokenPipeError:
        return _closed_pipe()
    except Exception as error:  # noqa: BLE001 - a mistake of ours is no reason to show a traceback at a prompt
        return _mistake(error)


def _run(words: list[str]) -> int:
    """The shell at once where its words are plain; else what click makes of them."""
    request = None if words and words[0] in COMMANDS else plain(words)
    if request is None:
        return _by_click(words)
    from safesql.cli.start import start

    return start(request, terminal=sys.stdin.isatty())


def _by_click(words: list[str]) -> int:
    """The command that click finds; its own complaints in our tone."""
    import click

    try:
        command, rest = subcommand(words)
        # click's own main hides a closed pipe
        with command.make_context(_name(command), rest, help_option_names=HELP) as context:
            return int(command.invoke(context) or 0)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        complain(_sentence(error))
        return 2
    except click.Abort:
        complain("interrupted")
        return 130


def _sentence(error: click.ClickException) -> str:
    """Click's message in our tone, with the way to the help."""
    message = error.format_message().strip().rstrip(".")
    lowered = message[:1].lower() + message[1:]
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "safesql"
    return f"{lowered}; see {path} --help"


def _name(command: click.Command) -> str:
    """How the command is called in its own help."""
    return "safesql" if command.name in (None, "safesql") else f"safesql {command.name}"


def _mistake(error: Exception) -> int:
    """Something that should not have happened; the traceback is for those who ask for it."""
    if os.environ.get("SAFESQL_DEBUG"):
        raise error
    what = f"{type(error).__name__}: {error}"
    complain(f"a mistake in safesql itself ({what}); nothing further was sent. SAFESQL_DEBUG=1 shows where")
    return 1


def _closed_pipe() -> int:
    """The reader of our output left, as ``head`` does; say nothing and let the interpreter close quietly."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 141
