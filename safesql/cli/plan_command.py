"""``safesql plan FILE...``: what the files would do to a target, written down for review; nothing is changed."""

from __future__ import annotations

import re
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from safesql.cli.request import Request
from safesql.cli.say import complain, say
from safesql.errors import UsageError

if TYPE_CHECKING:
    from safesql.engine.planning.making import Made
    from safesql.store.plan.plan import Plan

PATIENCE = 3.0             # seconds that a trial waits for locks
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@click.command("plan")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("-p", "--profile", metavar="NAME", help="Connect with this profile.")
@click.option("--target", metavar="TARGET", help="Connect to this URL, conninfo string or SQLite file instead.")
@click.option("-o", "--output", metavar="PATH", default="-", help="Write the plan to PATH (- is standard output).")
@click.option("--expires", metavar="TIME", default="7d", help="How long it may be applied, such as 12h or 7d.")
@click.option("--tolerance", metavar="ROWS|PERCENT", default="0", help="By how much rows may differ: 5% or 10.")
@click.option("-1", "--single-transaction", is_flag=True, help="To be applied as a whole or not at all.")
@click.option("--trial", is_flag=True, help="Run it in a transaction that is rolled back, and count what it touches.")
@click.option("--identity", metavar="NAME", help="Who its author is; the user of this system by default.")
@click.option("--config", metavar="PATH", help="Read this config file instead of the user's.")
@click.option("--no-config", is_flag=True, help="Read no config file but the system's.")
def COMMAND(files: tuple[str, ...], output: str, **options: Any) -> int:  # noqa: N802
    """Judge and count the statements of FILE... in their order, in a session that can only read.

    The plan is a text file made to be read in a pull request. What the guard would stop is in it, too: approvals are
    for that. Exit code 0 means that there is a plan.
    """
    request = Request(
        target=options["target"], profile=options["profile"], config=options["config"], no_config=options["no_config"]
    )
    if request.target and request.profile:
        raise UsageError("give --target or --profile, not both")
    return _planned(request, tuple(Path(file) for file in files), output, options)


def _planned(request: Request, paths: tuple[Path, ...], output: str, options: dict[str, Any]) -> int:
    """Connect, look, write."""
    from safesql.cli.start import unattended
    from safesql.engine.planning.expected import Tolerance
    from safesql.engine.planning.files import files_of
    from safesql.engine.planning.making import Terms, plan_of, refused_by_server
    from safesql.engine.planning.reading import summary_of
    from safesql.engine.planning.unmeasured import unmeasured
    from safesql.store.plan.file import bytes_of, write_plan

    out = None if output == "-" else Path(output)
    Tolerance.of(options["tolerance"])
    files = files_of(paths, out.absolute().parent if out else Path.cwd())
    lasts = duration(options["expires"])
    session = unattended(request, terminal=sys.stdin.isatty(), reads_only=True)
    with closing(session.connection), closing(session.audit):
        author = options["identity"] or session.user
        tolerance, atomic = options["tolerance"].strip(), options["single_transaction"]
        made = plan_of(session, files, Terms(author, session.user, lasts, tolerance, atomic))
    for sentence in refused_by_server(made):
        complain(sentence)
    plan = _tried(request, made) if options["trial"] else made.plan
    if out is None:
        sys.stdout.buffer.write(bytes_of(plan))
        sys.stdout.flush()
    else:
        write_plan(out, plan)
    for sentence in unmeasured(plan, session.profile.policy, session.connection.dialect.family):
        say(sentence)
    where = f"; {out} is for review: safesql approve {out}" if out else ""
    say(f"{summary_of(plan)}; nothing was changed{where}")
    return 0


def _tried(request: Request, made: Made) -> Plan:
    """The plan with what its statements really did, in a session of their own."""
    from safesql.cli.start import unattended
    from safesql.engine.planning.trial import refused_for, tried

    refused_for(made)
    session = unattended(request, terminal=sys.stdin.isatty(), patience=PATIENCE)
    with closing(session.connection), closing(session.audit):
        plan = tried(session, made)
    say("everything was tried and rolled back; numbers that sequences gave out on the way are gone")
    return plan


def duration(text: str) -> timedelta:
    """A time such as 12h or 7d; raises UsageError."""
    found = re.fullmatch(r"([0-9]{1,4})\s*([mhdw])", text.strip())
    if found is None or not int(found[1]):
        raise UsageError(f"--expires takes a time such as 12h, 7d or 2w, not {text!r}")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
