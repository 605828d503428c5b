"""``safesql demo``: the shell on a billing database that is made for the occasion and goes with it."""

from __future__ import annotations

import sys
import tempfile
from contextlib import AbstractContextManager, chdir, nullcontext
from pathlib import Path

import click

from safesql.cli.request import Request
from safesql.cli.say import say
from safesql.engine.demo import BILLS, CUSTOMERS, build

TRY = (
    f"a demo with {CUSTOMERS} customers and {BILLS:,} bills; it is gone when you leave. Try:",
    "  delete from billing;                        refused: every row would go",
    "  delete from billing where status = 'void';  asks, with the number of rows",
    "  \\stage review.sql                           writes changes down for review",
    "  \\dt   \\d billing   \\?   \\q                  tables, columns, help, leave",
)


@click.command("demo", context_settings={"ignore_unknown_options": True, "help_option_names": ["--help", "-h"]})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def COMMAND(options: tuple[str, ...]) -> int:  # noqa: N802 - the registry's name for it
    """Open the shell on a demo database. OPTIONS are those of the shell itself, such as -c, --format or --vi.

    Works in a pipe too: echo 'DELETE FROM billing;' | safesql demo
    """
    from safesql.cli.shell_command import COMMAND as SHELL

    return demo(Request.of(SHELL.make_context("safesql demo", list(options)).params))


def demo(request: Request) -> int:
    """Make the database and open the shell on it; a tour is only read where nobody can take part in it."""
    from safesql.cli.start import start

    terminal = sys.stdin.isatty()
    if request.tour and not (terminal and sys.stdout.isatty()):
        from safesql.repl.tour import whole

        sys.stdout.write(whole())
        return 0
    with tempfile.TemporaryDirectory(prefix="safesql-demo-") as folder, _inside(folder, request):
        path = Path(folder) / "billing.db"
        build(path)
        if terminal and not request.batch and not request.tour:
            for line in TRY:
                say(line)
        return start(request, terminal=terminal, demo=str(path))


def _inside(folder: str, request: Request) -> AbstractContextManager[None]:
    """A tour works in the folder, so that the review file which it writes goes with it."""
    return chdir(folder) if request.tour else nullcontext()
