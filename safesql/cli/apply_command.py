"""``safesql apply PLAN``: check everything that was planned again, then run it, once."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from safesql.cli.request import Request
from safesql.cli.say import complain, say
from safesql.errors import UsageError
from safesql.store.private import state_folder

if TYPE_CHECKING:
    from safesql.engine.planning.applying import Ready
    from safesql.engine.session import Session
    from safesql.store.plan.applied import Applied
    from safesql.store.plan.file import PlanFile


@click.command("apply")
@click.argument("plan", metavar="PLAN")
@click.argument("target", required=False)
@click.option("-p", "--profile", metavar="NAME", help="Connect with this profile; by default the one of the plan.")
@click.option("--format", "form", metavar="NAME", help="Of rows that statements return.")
@click.option("-o", "--output", metavar="PATH", help="Write rows that statements return to PATH.")
@click.option("--config", metavar="PATH", help="Read this config file instead of the user's.")
@click.option("--no-config", is_flag=True, help="Read no config file but the system's.")
def COMMAND(plan: str, target: str | None, **options: str | bool | None) -> int:  # noqa: N802
    """Run the statements of PLAN where they were planned, if nothing is different, with their rows as limits.

    Digests, target, role, schema, rows, approvals, expiry and policy are checked again; every difference is named,
    and nothing is sent. A plan is applied once.
    """
    from safesql.store.plan.file import read_plan

    file = read_plan(Path(plan))
    profile = options["profile"]
    if target and profile:
        raise UsageError("give a TARGET or --profile, not both")
    if not target and not profile:
        profile = file.plan.target.profile
        if not profile:
            label = file.plan.target.label
            raise UsageError(f"this plan was made for {label}, which is no profile: name the TARGET again")
    request = Request(
        target=target,
        profile=str(profile) if profile else None,
        files=(plan,),
        form=str(options["form"]) if options["form"] else None,
        output=str(options["output"]) if options["output"] else None,
        config=str(options["config"]) if options["config"] else None,
        no_config=bool(options["no_config"]),
    )
    return _applied(request, file)


def _applied(request: Request, file: PlanFile) -> int:
    """In time, not yet, by enough people, as planned: then run."""
    from safesql.cli.start import unattended
    from safesql.engine.planning.applying import NotAsPlanned, StricterNow, approved, checked, in_time
    from safesql.engine.planning.files import files_of
    from safesql.engine.undoing.attach import attach
    from safesql.guard.action import Undo
    from safesql.store.plan.applied import Applied

    in_time(file.plan, datetime.now(UTC))
    folder, state = file.path.absolute().parent, state_folder(os.environ)
    files = files_of([folder / each.path for each in file.plan.files if not each.included], folder)
    session = unattended(request, terminal=sys.stdin.isatty())
    applied = Applied.of(state, file.digest)
    with closing(session.connection), closing(session.audit), closing(applied):
        applied.take()
        standing = approved(session, file)
        for sentence in standing.turned_down:
            complain(sentence)
        try:
            ready = checked(session, file, files, standing.by)
        except (NotAsPlanned, StricterNow) as unlike:
            for sentence in unlike.sentences:
                complain(sentence)
            raise
        for sentence in attach(session, state, unsaid=Undo.WHEN_POSSIBLE):
            say(sentence)
        return _run(session, request, ready, applied)


def _run(session: Session, request: Request, ready: Ready, applied: Applied) -> int:
    """Judge all of it once more, write down that it begins, run it, and write down what stays."""
    from safesql.cli.batch_run import passed_over, refuse, tell_report, terminable
    from safesql.cli.output import output_of
    from safesql.engine.batch import Options, judge_all, run
    from safesql.engine.planning.applying import AsPlanned, stays
    from safesql.engine.preflight import Demands

    plan = ready.file.plan
    demands = Demands(atomic=plan.single_transaction)
    options = Options(answers=ready.answers, demands=demands, witness=AsPlanned(plan.steps), described=passed_over)
    found = judge_all(session, ready.sources, options)
    if not found.passes:
        refuse(session, found)
        return 3
    output = output_of(request.form, request.output, request.color, session.connection.dialect)
    applied.begun(datetime.now(UTC), session.user)
    with terminable() as stop:
        options = replace(options, stop_asked=stop, done=lambda done: output.tell(done, quiet=True), say=output.echo)
        report = run(session, ready.sources, options, output.show, found.statements)
    applied.ended(datetime.now(UTC), stays(report))
    output.close()
    tell_report(report, short=False)
    if not report.exit_code:
        by = f", approved by {', '.join(ready.by)}" if ready.by else ""
        say(f"{ready.file.path} is applied{by}")
    return report.exit_code
