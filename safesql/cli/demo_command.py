"""``safesql demo``: the shell on a billing database that is made for the occasion and goes with it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click

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
    from safesql.cli.request import Request
    from safesql.cli.shell_command import COMMAND as SHELL
    from safesql.cli.start import start

    context = SHELL.make_context("safesql demo", list(options))
    request = Request.of(context.params)
    with tempfile.TemporaryDirectory(prefix="safesql-demo-") as folder:
        path = Path(folder) / "billing.db"
        build(path)
        if sys.stdin.isatty() and not request.batch:
            for line in TRY:
                say(line)
        return start(request, terminal=sys.stdin.isatty(), demo=str(path))
