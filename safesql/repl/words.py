"""What is said about a statement after it: tag, rows, time, notices; or why it failed, with the place."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.engine.stopped import Stopped
from safesql.engine.submit import Done, Fate
from safesql.errors import Refused, SafesqlError, StatementFailed
from safesql.formats.message import besides, caret, duration, notice_lines
from safesql.formats.visible import visible
from safesql.guard.action import Action
from safesql.guard.verdict import Verdict
from safesql.repl.first_rows import Shown
from safesql.repl.place import Place


def done_lines(done: Done, place: Place, shown: Shown, *, timing: bool) -> Iterator[str]:
    """After a statement that went well; ``shown`` is what of it stands above already."""
    for notice in done.summary.notices:
        yield from notice_lines(notice)
    if done.fate is Fate.STAGED:
        yield f"not executed: written to {visible(place.staging)} for review"
        yield from (f"  it would touch {visible(str(table))}" for table in done.touched)
        return
    if done.fate is Fate.EDIT:
        return
    said = _shown(shown) if shown.any else _outcome(done)
    said = f"{said} ({duration(done.seconds)})".lstrip() if timing else said
    yield f"{said}{_ALL}" if shown.more else said


def _shown(shown: Shown) -> str:
    """How many rows, and whether these are all."""
    if shown.more:
        return f"showing the first {_rows(shown.rows)} of more"
    return f"the pager was left after {_rows(shown.rows)}" if shown.left else _rows(shown.rows)


def _rows(rows: int) -> str:
    """``3 rows``, ``1 row``."""
    return f"{rows:,} row" if rows == 1 else f"{rows:,} rows"


def _outcome(done: Done) -> str:
    """The tag, and the rows where the tag does not say them."""
    tag, affected = visible(done.summary.tag), done.summary.affected
    if affected is None or str(affected) in tag.split():
        return tag
    return f"{tag}: {_rows(affected)}" if tag else _rows(affected)


def error_lines(error: SafesqlError, text: str = "") -> Iterator[str]:
    """Why not: the sentence, the place in ``text`` with a caret, the server's own hints."""
    match error:
        case Stopped():
            yield from _stopped(error)
        case StatementFailed():
            code = f" [{visible(error.code)}]" if error.code else ""
            yield f"error: {visible(str(error), keep=_KEPT)}{code}"
            if error.position is not None and text:
                yield from caret(text, error.position).split("\n")
            for label, words in besides(error):
                yield f"  {label}: {visible(words, keep=_KEPT)}"
            for words in error.found:
                yield f"  {visible(words)}"
        case Refused():
            yield f"refused: {visible(str(error))}"
        case _:
            yield visible(str(error))


def findings_lines(verdict: Verdict) -> Iterator[str]:
    """Each finding by its rule, with a caret under its place."""
    for finding in verdict.findings:
        if finding.action > Action.ALLOW:
            yield f"{finding.action.name} {visible(finding.rule)}: {visible(finding.message)}"
            yield from caret(verdict.statement.text, finding.at.start).split("\n")


def _stopped(error: Stopped) -> Iterator[str]:
    """A refusal: what was found, where, how many rows it would have been, and what to do instead."""
    yield "refused: nothing was sent"
    yield from findings_lines(error.verdict)
    if error.verdict.statement.problem:
        yield f"  {visible(error.verdict.statement.problem)}"
    for table in error.touched:
        yield f"  it would touch {visible(str(table))}"
    for hint in error.instead:
        yield f"  {visible(hint)}"


_KEPT = "\n"
_ALL = "; \\set row_limit 0 shows all, \\o FILE writes all to a file"
