"""Batch at the edge: judge, refuse or run, and say what became of it; data on stdout, the rest on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from safesql.cli.followed import begun, resumed, say_map, way_on, with_way
from safesql.cli.followed_events import begins, with_events
from safesql.cli.output import Output
from safesql.cli.request import Request
from safesql.cli.say import complain, say, say_shown
from safesql.cli.signals import terminable, uninterrupted
from safesql.engine.answers import Answers, answers_for
from safesql.engine.batch import Options, judge_all, run, walk_of
from safesql.engine.events import Events
from safesql.engine.location import location
from safesql.engine.preflight import Demands, Preflight
from safesql.engine.question import Nobody
from safesql.engine.report import Failure, Report
from safesql.engine.script import Source, file_source, standard_input, text_source
from safesql.engine.session import Session
from safesql.engine.stopped import Stopped
from safesql.engine.submit import Done, would_stop
from safesql.engine.touched import Touched
from safesql.formats.visible import visible
from safesql.guard.verdict import Verdict
from safesql.slotted import replace
from safesql.sql.redact import redact
from safesql.sql.statement import Command, Statement

SHOWN = 200          # characters of a statement in a dry run


def sources_of(request: Request) -> tuple[Source, ...]:
    """What -f, -c or the pipe give."""
    if request.commands:
        return tuple(text_source(text, number) for number, text in enumerate(request.commands, 1))
    if request.files:
        return tuple(file_source(path) for path in request.files)
    return (standard_input(),)


def batch(session: Session, request: Request, output: Output, events: Events | None = None) -> int:
    """Run what the request names; returns the exit code."""
    sources = sources_of(request)
    demands = Demands(
        atomic=request.single_transaction,
        somebody=not isinstance(session.ask, Nobody),
        whole=not request.commands,
        staging=session.review is not None,
        mapped=bool(request.files) and (request.dry_run or sys.stderr.isatty()),
    )
    answers = Answers(request.allowed, {}, request.expect_rows)
    options = Options(on_error=request.on_error, answers=answers, demands=demands)
    if request.resume:
        way = resumed(session, request, sources, options)
        if way.passing is None:
            return 0
        options = with_way(options, way)
    found = judge_all(session, sources, options)
    say_map(found.map)
    if request.dry_run:
        return dry_run(session, sources, options.answers)
    begins(events, session, sources, options, found)
    if not found.passes:
        stopped = refuse(session, found)
        if events is not None:
            events.refused(stopped, found.breakers)
        return 3
    if request.files and not request.stage and not request.resume:
        options = with_way(options, begun(session, sources, options, found.digest))
    return _run(session, sources, options, found, (request, output, events))


def _run(
    session: Session,
    sources: tuple[Source, ...],
    options: Options,
    found: Preflight,
    rest: tuple[Request, Output, Events | None],
) -> int:
    """The second pass, with progress and report."""
    from safesql.cli.progress import Progress

    request, output, events = rest
    ledger = options.witness
    bar = Progress(sum(source.size for source in sources), found.statements)
    painting = output.watched = output.progress(request.progress)

    def told(done: Done) -> None:
        bar.clear()
        output.tell(done, quiet=not request.commands)

    report: Report | None = None
    try:
        with terminable() as stop:
            options = replace(
                options,
                progress=bar if painting else (lambda _statements, _characters: None),
                stop_asked=stop,
                done=told,
                say=output.echo,
                described=passed_over,
            )
            report = run(session, sources, with_events(options, events), output.show, found.statements)
        bar.clear()
        output.close()
    finally:
        if report is not None:
            with uninterrupted():
                tell_report(report, short=bool(request.commands))
                way_on(report, ledger)
    return report.exit_code


def tell_report(report: Report, *, short: bool) -> None:
    """The report on stderr; silence when there is nothing but reads that went well."""
    for failure in report.failures:
        for line in failure_lines(failure):
            say_shown(line)
    last = report.failures[-1].error if report.failures else None
    if report.end is not None and report.end is not last:
        if isinstance(report.end, Stopped):
            refuse_one(report.end)
        else:
            complain(str(report.end))
    if report.exit_code or report.staged or (not short and (report.touched or report.total > 1)):
        say("; ".join(report.lines()))


def failure_lines(failure: Failure) -> Iterator[str]:
    """A server's refusal at its place in the script, with the server's own hints."""
    from safesql.formats.message import besides, caret

    statement, error = failure.statement, failure.error
    place = statement.place
    line = place.line + statement.text.count("\n", 0, error.position or 0)
    code = f" [{error.code}]" if error.code else ""
    yield visible(f"safesql: {place.source}:{line}: {error}{code}", keep="\n")
    if error.position is not None:
        yield caret(statement.text, error.position)
    for label, text in besides(error):
        yield visible(f"  {label}: {text}", keep="\n")
    for text in error.found:
        yield visible(f"  {text}", keep="\n")


def passed_over(command: Command) -> None:
    """A command that shows something, of which a script's run makes nothing."""
    place = command.place
    say_shown(visible(f"safesql: {place.source}:{place.line}: {command.text.strip()} is for the prompt; passed over"))


def refuse(session: Session, found: Preflight) -> list[Stopped]:
    """Record and say what cannot pass, and that nothing was sent; returns the refusals."""
    from safesql.engine.refused import refusals

    refused = []
    for stopped in refusals(session, found):
        refuse_one(stopped)
        refused.append(stopped)
    for sentence in found.breakers:
        complain(sentence)
    if found.cut_off is not None:
        place = found.cut_off.place
        where = f"{place.source}:{place.line}"
        complain(f"{where}: the last statement has no terminator, so the file may be cut off; end it with ;")
    if found.refused > len(found.stopped):
        complain(f"and {found.refused - len(found.stopped)} further statements are refused")
    if found.statements > 1:
        complain(f"nothing was sent: none of the {found.statements} statements ran")
    return refused


def refuse_one(stopped: Stopped) -> None:
    """One refusal: its place, a caret under the danger, the sentence, and what to write instead."""
    from safesql.formats.message import caret

    statement = stopped.verdict.statement
    finding = next(iter(stopped.verdict.findings), None)
    at = location(statement, finding.at.start if finding else 0)
    complain(f"{statement.place.source}:{at.line}:{at.column}: {stopped}")
    if finding is not None and not statement.problem:
        say_shown(caret(statement.text, finding.at.start))
    for hint in stopped.instead:
        say(f"  {hint}")


def dry_run(session: Session, sources: tuple[Source, ...], answers: Answers) -> int:
    """Each statement's verdict and the rows it would touch now; reads of our own are all that is sent."""
    from safesql.engine.limits import with_counts

    stopped = 0
    memory = session.memory
    for piece in walk_of(session, sources):
        if not isinstance(piece, Statement):
            continue
        verdict, counted = with_counts(session, session.looked_up(piece, memory), always=True)
        memory = memory.after(verdict.effect)
        stops = would_stop(verdict, session, answers_for(piece, session.profile.policy, answers), somebody=False)
        stopped += stops
        said(verdict, counted)
    return 3 if stopped else 0


def said(verdict: Verdict, counted: tuple[Touched, ...]) -> None:
    """One line on stdout for a statement of a dry run."""
    place = verdict.statement.place
    rules = f" ({', '.join(verdict.rules)})" if verdict.rules else ""
    rows = "; ".join(str(table) for table in counted)
    shown = " ".join(redact(verdict.statement.text).split())[:SHOWN]
    parts = (f"{place.source}:{place.line}", f"{verdict.action.word}{rules}", shown, rows)
    sys.stdout.write(visible("\t".join(part for part in parts if part), keep="\t") + "\n")
