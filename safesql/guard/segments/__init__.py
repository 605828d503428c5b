"""The map of atomic segments: what of a script can be rolled back together, and where the server commits by itself.

    bond       how one statement stands to the transaction around it
    segment    a stretch of a script that happens whole or not at all, or statement by statement
    mapping    the segments of judged statements, in order and in constant memory
    advice     where a script had better be split, and why
    wording    the map as lines for people
"""

from safesql.guard.segments.bond import Bond, bond
from safesql.guard.segments.mapping import Mapping, segments
from safesql.guard.segments.segment import Point, Segment
from safesql.guard.segments.wording import lines

__all__ = ["Bond", "Mapping", "Point", "Segment", "bond", "lines", "segments"]
