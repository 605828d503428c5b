"""What is said beside the data: row counts, tags, notices, and a caret under a place in a statement."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.errors import StatementFailed
from safesql.formats.visible import visible
from safesql.formats.width import width
from safesql.result import Notice, Summary
from safesql.sql.redact import redact_at

_LONGEST = 1 << 20              # characters that are looked through for secrets at most
_BEFORE, _AFTER = 60, 40        # characters of a long line that are shown around a place
_INDENT = "  "
_CUT = "..."


def row_count(rows: int) -> str:
    """``(1 row)``, ``(3 rows)``."""
    return f"({rows} row)" if rows == 1 else f"({rows} rows)"


def summary_line(summary: Summary, seconds: float | None = None) -> str:
    """The server's tag and the time: ``DELETE 3 (12 ms)``."""
    tag = visible(summary.tag)
    return tag if seconds is None else f"{tag} ({duration(seconds)})".lstrip()


def duration(seconds: float) -> str:
    """``12 ms``, ``3.4 s``, ``2 min 5 s``, ``1 h 0 min``."""
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def notice_lines(notice: Notice) -> Iterator[str]:
    """A server's message, its details indented below it."""
    code = f" [{visible(notice.code)}]" if notice.code else ""
    yield f"{visible(notice.severity).lower()}: {visible(notice.text, keep=_KEPT)}{code}"
    for label, text in (("detail", notice.detail), ("hint", notice.hint)):
        if text:
            yield f"{_INDENT}{label}: {visible(text, keep=_KEPT)}"


def besides(error: StatementFailed) -> Iterator[tuple[str, str]]:
    """What the server says of a failure besides its sentence, each under its label."""
    labelled = (("detail", error.detail), ("hint", error.hint), ("context", error.context), ("about", error.about))
    return ((label, text) for label, text in labelled if text)


def caret(statement: str, position: int) -> str:
    """The line of the statement that holds a 0-based position, and below it a caret under the place.

    Two lines without a last line feed; of a long line only the surroundings are shown. A position behind the last
    character, where servers report an unexpected end, is under the place where more was expected. Secrets are hidden.
    """
    begin = max(0, position - _LONGEST // 2) if len(statement) > _LONGEST else 0
    statement, position = redact_at(statement[begin : begin + _LONGEST], position - begin)
    at = max(0, min(position, len(statement.rstrip())))
    start = statement.rfind("\n", 0, at) + 1
    end = statement.find("\n", at)
    end = len(statement) if end < 0 else end
    fits = end - start <= _BEFORE + _AFTER
    first, last = (start, end) if fits else (max(start, at - _BEFORE), min(end, at + _AFTER))
    before = _line(f"{_CUT if first > start else ''}{statement[first:at]}")
    after = _line(statement[at:last].rstrip("\r")) + (_CUT if last < end else "")
    return f"{_INDENT}{before}{after}\n{_INDENT}{' ' * width(before)}^"


_KEPT = "\n"
_TAB = "    "       # of one width wherever it stands, so that the caret is right behind wide characters too


def _line(text: str) -> str:
    """Part of a line, harmless, with blanks for its tabs."""
    return visible(text.replace("\t", _TAB))
