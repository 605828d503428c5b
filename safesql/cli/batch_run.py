"""Batch at the edge: judge, refuse or run, and say what became of it; data on stdout, the rest on stderr."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from safesql.cli.output import Output
from safesql.cli.progress import Progress
from safesql.cli.request import Request
from safesql.cli.say import complain, say
from safesql.engine.answers import Answers
from safesql.engine.batch import Options, judge_all, run
from safesql.engine.preflight import Demands, Preflight
from safesql.engine.question import Nobody
from safesql.engine.report import Failure, Report
from safesql.engine.script import Source, file_source, standard_input, text_source
from safesql.engine.session import Session
from safesql.engine.stopped import Stopped
from safesql.engine.submit import Done
from safesql.engine.touched import touched
from safesql.formats.message import caret
from safesql.guard.verdict import Verdict


def sources_of(request: Request) -> tuple[Source, ...]:
    """What -f, -c or the pipe give."""
    if request.commands:
        return tuple(text_source(text, number) for number, text in enumerate(request.commands, 1))
    if request.files:
        return tuple(file_source(path) for path in request.files)
    return (standard_input(),)


def batch(session: Session, request: Request, output: Output) -> int:
    """Run what the request names; returns the exit code."""
    sources = sources_of(request)
    demands = Demands(
        atomic=request.single_transaction,
        somebody=not isinstance(session.ask, Nobody),
        whole=not request.commands,
        staging=session.review is not None,
    )
    options = Options(on_error=request.on_error, answers=Answers(request.allowed, {}, request.expect_rows), demands=demands)
    found = judge_all(session, sources, options)
    if request.dry_run:
        return dry_run(session, sources, output)
    if not found.passes:
        refuse(session, found)
        return 3
    return _run(session, sources, options, found, (request, output))


@dataclass(slots=True)
class _Stop:
    """SIGTERM, remembered until the statement that is running has ended."""

    asked: bool = field(default=False)

    def __call__(self) -> bool:
        return self.asked

    def ask(self, _number: int, _frame: FrameType | None) -> None:
        """The signal handler."""
        self.asked = True


@contextmanager
def _terminable() -> Iterator[_Stop]:
    """SIGTERM stops after the current statement; signals exist only in the main thread."""
    stop = _Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = signal.signal(signal.SIGTERM, stop.ask)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGTERM, before)


def _run(
    session: Session, sources: tuple[Source, ...], options: Options, found: Preflight, rest: tuple[Request, Output]
) -> int:
    """The second pass, with progress and report."""
    request, output = rest
    bar = Progress(sum(source.size for source in sources), found.statements)
    painting = output.progress(request.progress)

    def told(done: Done) -> None:
        bar.clear()
        output.tell(done, quiet=not request.commands)

    with _terminable() as stop:
        options = Options(
            on_error=options.on_error,
            answers=options.answers,
            demands=options.demands,
            progress=bar if painting else (lambda _statements, _characters: None),
            stop_asked=stop,
            done=told,
        )
        report = run(session, sources, options, output.show, found.statements)
    bar.clear()
    output.close()
    _told(report, short=bool(request.commands))
    return report.exit_code


def _told(report: Report, *, short: bool) -> None:
    """The report on stderr; silence when there is nothing but reads that went well."""
    for failure in report.failures:
        for line in failure_lines(failure):
            say(line)
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
    statement, error = failure.statement, failure.error
    place = statement.place
    line = place.line + statement.text.count("\n", 0, error.position or 0)
    code = f" [{error.code}]" if error.code else ""
    yield f"{place.source}:{line}: {error}{code}"
    if error.position is not None:
        yield caret(statement.text, error.position)
    for label, text in (("detail", error.detail), ("hint", error.hint), ("context", error.context)):
        if text:
            yield f"  {label}: {text}"


def refuse(session: Session, found: Preflight) -> None:
    """Say what cannot pass, and that nothing was sent."""
    for verdict in found.stopped:
        counted = touched(session.connection, verdict) if not verdict.statement.problem else ()
        refuse_one(Stopped(verdict, counted, unanswered=not _blocked(verdict)))
        session.note(verdict)
    for sentence in found.breakers:
        complain(sentence)
    if found.cut_off is not None:
        place = found.cut_off.place
        complain(
            f"{place.source}:{place.line}: the last statement has no terminator, so the file may be cut off; "
            "end it with ; if it is whole"
        )
    more = found.refused - len(found.stopped)
    if more > 0:
        complain(f"and {more} further statements are refused")
    complain(f"nothing was sent: none of the {found.statements} statements ran")
