"""The map as lines for people: where each segment stands, what holds it together, what a failure in it would leave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from safesql.guard.segments.segment import End, Segment


def lines(found: Iterable[Segment]) -> Iterator[str]:
    """A line for each segment: lines of the script, how it ends, and what stays when a statement in it fails."""
    stays = 0
    for segment in found:
        yield told(segment, stays)
        stays += segment.stays


def told(segment: Segment, stays: int) -> str:
    """One segment, where so many changes before it stay."""
    return f"{_where(segment)}: {_what(segment)}; {_failing(segment, stays)}"


def _where(segment: Segment) -> str:
    """The stretch, with its source."""
    first, last = segment.first, segment.last
    if first.source != last.source:
        return f"{first.source}:{first.line} to {last.source}:{last.line}"
    return f"{first.source}:{first.line}" + (f"-{last.line}" if last.line != first.line else "")


def _what(segment: Segment) -> str:
    """Statements, and how they belong together."""
    many = f"{segment.statements:,} statements" if segment.statements > 1 else segment.first.what
    match segment.end:
        case End.ITSELF:
            each = "each committed by itself" if segment.statements > 1 else "committed by itself"
            return f"{many}, {each}" if segment.changing else f"{many}, nothing to commit"
        case End.COMMIT:
            return f"{many}, all or nothing"
        case End.BROKEN:
            by = f"{segment.by.what} in line {segment.by.line}" if segment.by else "the next statement"
            return f"{many}, together until {by} commits them"
        case End.ROLLBACK:
            return f"{many}, taken back by the script itself"
        case End.LEFT:
            return f"{many}, never committed, so rolled back at the end"


def _failing(segment: Segment, stays: int) -> str:
    """What a failure inside leaves."""
    before = f"the {stays:,} changes before" if stays > 1 else "the change before"
    if segment.end is End.ITSELF and segment.changing > 1:
        return f"a failure leaves {before} it and those here that ran" if stays else "a failure leaves those that ran"
    return f"a failure leaves {before} it" if stays else "a failure leaves nothing"
