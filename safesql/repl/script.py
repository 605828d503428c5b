"""A script at the prompt: judged whole, then run, as ``safesql -f`` does it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from safesql.engine.batch import Options, judge_all, run
from safesql.engine.perform import Show
from safesql.engine.preflight import Demands, Preflight
from safesql.engine.refused import refusals
from safesql.engine.report import Report
from safesql.engine.script import file_source
from safesql.engine.session import Session
from safesql.engine.submit import Done
from safesql.errors import Refused, SafesqlError
from safesql.repl.words import error_lines


def run_script(
    session: Session, path: str, show: Show, told: Callable[[Done], None], say: Callable[[str], None]
) -> None:
    """Run one file; raises Refused before anything was sent, or what ended the run after the report was said."""
    if session.connection.transaction.value != "none":
        raise Refused("a transaction is open, and the end of a script ends it; COMMIT or ROLLBACK first")
    with _by_itself(session):
        _run(session, path, show, told, say)


@contextmanager
def _by_itself(session: Session) -> Iterator[None]:
    """A script says BEGIN and SAVEPOINT itself, wherever it is run."""
    before = session.autocommit, session.rescue
    session.autocommit, session.rescue, session.skims = True, False, False
    try:
        yield
    finally:
        session.autocommit, session.rescue = before


def _run(session: Session, path: str, show: Show, told: Callable[[Done], None], say: Callable[[str], None]) -> None:
    """Both passes, and the report."""
    sources = (file_source(path),)
    demands = Demands(atomic=False, somebody=True, whole=True, staging=session.review is not None)
    options = Options(demands=demands, done=told, say=lambda _name, text: say(text.rstrip("\n")))
    found = judge_all(session, sources, options)
    if not found.passes:
        for line in _refusal(session, found):
            say(line)
        raise Refused(f"none of the {found.statements} statements of {path} was sent")
    report = run(session, sources, options, show, found.statements)
    for line in _told(report):
        say(line)
    if any(failure.error is report.end for failure in report.failures):
        raise SafesqlError(f"{path} did not run to its end") from report.end
    if report.end is not None:
        raise report.end


def _refusal(session: Session, found: Preflight) -> Iterator[str]:
    """What cannot pass, each with its place in the script."""
    for stopped in refusals(session, found):
        place = stopped.verdict.statement.place
        yield f"{place.source}:{place.line}:"
        yield from error_lines(stopped)
    yield from found.breakers
    if found.cut_off is not None:
        place = found.cut_off.place
        yield f"{place.source}:{place.line}: the last statement has no terminator; end it with ; if the file is whole"


def _told(report: Report) -> Iterator[str]:
    """Failures at their places, then what ran and what stays."""
    for failure in report.failures:
        place = failure.statement.place
        yield f"{place.source}:{place.line}:"
        yield from error_lines(failure.error, failure.statement.text)
    yield "; ".join(report.lines())
