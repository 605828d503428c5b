"""``safesql [OPTIONS] [TARGET]``: the prompt, or batch with -f, -c or piped input."""

from __future__ import annotations

import sys

import click

from safesql.cli.request import Request
from safesql.formats import FORMATS
from safesql.guard.action import Environment


@click.command("safesql", context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100})
@click.argument("target", required=False)
@click.option("-p", "--profile", metavar="NAME", help="Connect with this profile.")
@click.option(
    "-f", "--file", "files", multiple=True, metavar="PATH",
    help="Run this script (repeatable; - is standard input).",
)
@click.option("-c", "--command", "commands", multiple=True, metavar="SQL", help="Run these statements (repeatable).")
@click.option(
    "--stage", metavar="PATH",
    help="Write what would change anything to PATH for review instead of executing it.",
)
@click.option(
    "--dry-run", is_flag=True,
    help="Judge every statement and count the rows it would touch; change nothing.",
)
@click.option("-1", "--single-transaction", is_flag=True, help="All or nothing; refuses up front what would break it.")
@click.option(
    "--on-error", type=click.Choice(("stop", "continue")), default="stop",
    help="What a failed statement means.",
)
@click.option("--resume", is_flag=True, help="Continue an interrupted run of the same, unchanged script (-f).")
@click.option(
    "--last-done", type=click.IntRange(min=0), metavar="N",
    help="With --resume, when only a person can tell: the last statement that was done.",
)
@click.option(
    "--allow", "allow", multiple=True, metavar="RULE[,RULE...]",
    help="Answer confirm findings of these rules.",
)
@click.option("--reason", metavar="TEXT", help="Why --allow; recorded in the audit log.")
@click.option(
    "--expect-rows", type=click.IntRange(min=0), metavar="N",
    help="With -c: roll back unless exactly N rows are touched.",
)
@click.option(
    "--environment", type=click.Choice([e.word for e in Environment]),
    help="Of a TARGET that is no profile; production by default.",
)
@click.option("--format", "form", type=click.Choice(tuple(FORMATS)), help="table on a terminal, tsv when piped.")
@click.option("-o", "--output", metavar="PATH", help="Write results to PATH.")
@click.option(
    "--events", metavar="PATH",
    help="Tell programs what a script's run does, as JSON Lines in PATH (- is stderr); see safesql events.",
)
@click.option("--vi", "keys", flag_value="vi", help="vi keys at the prompt.")
@click.option("--emacs", "keys", flag_value="emacs", help="emacs keys at the prompt.")
@click.option("--pager/--no-pager", default=None, help="Show long results in $PAGER.")
@click.option("--color/--no-color", default=None, help="Colours; NO_COLOR is honoured.")
@click.option("--progress/--no-progress", default=None, help="A progress bar for long scripts, on a terminal.")
@click.option("--config", metavar="PATH", help="Read this config file instead of the user's.")
@click.option("--no-config", is_flag=True, help="Read no config file but the system's.")
@click.option("--plain", is_flag=True, help="A prompt of lines alone, for a screen reader.")
@click.option("--tour", is_flag=True, help="Two minutes on a demo database: what is stopped, asked, taken back.")
@click.version_option(package_name="safesql", message="safesql %(version)s")
def COMMAND(**options: object) -> int:  # noqa: N802 - the registry's name for it
    """A guarded SQL shell for PostgreSQL, MySQL/MariaDB and SQLite.

    TARGET is a profile's name, a URL (postgresql://, mysql://, mariadb://, sqlite:///), a libpq conninfo string,
    or the path of a SQLite file. Without TARGET: -p, $SAFESQL_PROFILE, the configured default_profile; with none
    of these, an empty in-memory SQLite database.

    Subcommands: check, events, plan, approve, apply, undo, rules, config, demo; see safesql check --help.
    """
    from safesql.cli.start import start

    request = Request.of(options)
    if request.tour:
        from safesql.cli.demo_command import demo

        return demo(request)
    return start(request, terminal=sys.stdin.isatty())
