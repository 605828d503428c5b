"""``safesql apply PLAN``: check everything that was planned again, then run it, once."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from safesql.cli.request import Request
from safesql.cli.say import complain, say
from safesql.errors import UsageError
from safesql.slotted import dataclass, replace
from safesql.store.private import state_folder

if TYPE_CHECKING:
    from safesql.engine.batch import Options
    from safesql.engine.events import Events
    from safesql.engine.planning.applying import Ready
    from safesql.engine.planning.files import Files
    from safesql.engine.report import Report
    from safesql.engine.resume.going_on import Asked
    from safesql.engine.script import Source
    from safesql.engine.session import Session
    from safesql.store.plan.applied import Applied
    from safesql.store.plan.file import PlanFile


@click.command("apply")
@click.argument("plan", metavar="PLAN")
@click.argument("target", required=False)
@click.option("-p", "--profile", metavar="NAME", help="Connect with this profile; by default the one of the plan.")
@click.option("--format", "form", metavar="NAME", help="Of rows that statements return.")
@click.option("-o", "--output", metavar="PATH", help="Write rows that statements return to PATH.")
@click.option("--resume", is_flag=True, help="Go on with what is left of a plan that was applied in part.")
@click.option("--last-done", type=int, metavar="N", help="With --resume: the last statement that the server has.")
@click.option("--events", metavar="PATH", help="Tell programs what happens, as JSON Lines; see safesql events.")
@click.option("--config", metavar="PATH", help="Read this config file instead of the user's.")
@click.option("--no-config", is_flag=True, help="Read no config file but the system's.")
def COMMAND(plan: str, target: str | None, **options: Any) -> int:  # noqa: N802
    """Run the statements of PLAN where they were planned, if nothing is different, with their rows as limits.

    Digests, target, role, schema, rows, approvals, expiry and policy are checked again; every difference is named,
    and nothing is sent. A plan is applied once.
    """
    from safesql.store.plan.file import read_plan

    if options["last_done"] is not None and not options["resume"]:
        raise UsageError("--last-done goes with --resume")
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
        profile=profile,
        files=(plan,),
        form=options["form"],
        output=options["output"],
        config=options["config"],
        no_config=options["no_config"],
        events=options["events"],
        resume=options["resume"],
        last_done=options["last_done"],
    )
    return _applied(request, file)


def _applied(request: Request, file: PlanFile) -> int:
    """In time, not yet, by enough people, as planned: then run."""
    from safesql.cli.followed_events import following
    from safesql.cli.start import unattended
    from safesql.engine.planning.applying import approved, in_time
    from safesql.engine.planning.files import files_of
    from safesql.store.plan.applied import Applied

    with following(request) as events:
        in_time(file.plan, datetime.now(UTC))
        folder, state = file.path.absolute().parent, state_folder(os.environ)
        files = files_of([folder / each.path for each in file.plan.files if not each.included], folder)
        session = unattended(request, terminal=sys.stdin.isatty())
        applied = Applied.of(state, file.digest)
        with closing(session.connection), closing(session.audit), closing(applied):
            applied.take(again=request.resume)
            standing = approved(session, file)
            for sentence in standing.turned_down:
                complain(sentence)
            asked = _asked(session, request, file, files.sources)
            return _Application(session, request, applied, asked, events).run(file, files, standing.by)


def _asked(session: Session, request: Request, file: PlanFile, sources: tuple[Source, ...]) -> Asked:
    """The run as its ledger sees it; a plan has one of its own, whoever else runs the same files."""
    from safesql.engine.batch import walk_of
    from safesql.engine.resume.going_on import Asked
    from safesql.engine.resume.place import Script, names_of

    script = Script(f"plan {file.digest}", names_of(sources), file.plan.single_transaction)
    return Asked(script, lambda: walk_of(session, sources, running=True), last_done=request.last_done)


@dataclass(frozen=True, slots=True)
class _Application:
    """A plan on its way, in the session that runs it."""

    session: Session
    request: Request
    applied: Applied
    asked: Asked
    events: Events | None

    def run(self, file: PlanFile, files: Files, by: tuple[str, ...]) -> int:
        """Look at all of it once more, write down that it begins, run it, and write down what stays."""
        from safesql.engine.planning.applying import NotAsPlanned, StricterNow, checked
        from safesql.engine.resume.going_on import reached
        from safesql.engine.undoing.attach import attach
        from safesql.guard.action import Undo

        state = state_folder(os.environ)
        steps = len(file.plan.steps)
        over = reached(self.session, state, self.asked, steps) if self.request.resume else 0
        try:
            ready = checked(self.session, file, files, by, over)
        except (NotAsPlanned, StricterNow) as unlike:
            for sentence in unlike.sentences:
                complain(sentence)
            raise
        for sentence in attach(self.session, state, unsaid=Undo.WHEN_POSSIBLE):
            say(sentence)
        return self._sent(ready, state, over)

    def _sent(self, ready: Ready, state: Path, over: int) -> int:
        """The run, by its ledger from the beginning or from where it stopped."""
        from safesql.cli.batch_run import passed_over, refuse
        from safesql.cli.followed import with_way
        from safesql.cli.followed_events import begins
        from safesql.engine.batch import Options, judge_all
        from safesql.engine.preflight import Demands
        from safesql.engine.resume.going_on import from_the_beginning, from_where_it_stopped

        demands = Demands(atomic=ready.file.plan.single_transaction)
        options = Options(answers=ready.answers, demands=demands, described=passed_over)
        if self.request.resume:
            asked = replace(self.asked, last_done=None, answers=ready.answers)
            way = from_where_it_stopped(self.session, state, asked)
            say(way.said)
            if way.passing is None:
                self.applied.ended(datetime.now(UTC), "all")
                return 0
            options = with_way(options, way)
        found = judge_all(self.session, ready.sources, options)
        begins(self.events, self.session, ready.sources, options, found)
        if not found.passes:
            stopped = refuse(self.session, found)
            if self.events is not None:
                self.events.refused(stopped, found.breakers)
            return 3
        if not self.request.resume:
            way = from_the_beginning(self.session, state, self.asked)
            if way.following is not None:
                way.following.writer.sync()         # a plan that is said to be begun has a ledger to go on by
            options = with_way(options, way)
        return self._run(ready, options, found.statements, over)

    def _run(self, ready: Ready, options: Options, statements: int, over: int) -> int:
        """Nothing that is not planned is sent; what stays is on disk before it is told, and told in any case."""
        from safesql.cli.batch_run import tell_report
        from safesql.cli.followed import way_on
        from safesql.cli.followed_events import with_events
        from safesql.cli.output import output_of
        from safesql.cli.signals import terminable, uninterrupted
        from safesql.engine.batch import run
        from safesql.engine.planning.applying import AsPlanned, stays
        from safesql.engine.witness import Witnesses

        session, request, ledger = self.session, self.request, options.witness
        output = output_of(request.form, request.output, request.color, session.connection.dialect)
        options = replace(options, witness=Witnesses(AsPlanned(ready.file.plan.steps), ledger))
        self.applied.begun(datetime.now(UTC), session.user)
        report: Report | None = None
        try:
            with terminable() as stop:
                options = replace(options, stop_asked=stop, done=partial(output.tell, quiet=True), say=output.echo)
                report = run(session, ready.sources, with_events(options, self.events), output.show, statements)
            with uninterrupted():
                self.applied.ended(datetime.now(UTC), stays(report, over))
            output.close()
        finally:
            if report is not None:
                with uninterrupted():
                    tell_report(report, short=False)
                    way_on(report, ledger)
        if not report.exit_code:
            by = f", approved by {', '.join(ready.by)}" if ready.by else ""
            say(f"{ready.file.path} is applied{by}")
        return report.exit_code
