"""The first rows of a result, as many as a person wants to see, and what is known of them afterwards."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.result import Chunk, Result
from safesql.slotted import dataclass


@dataclass(slots=True)
class FirstRows:
    """Read once; ``most`` is 0 where all rows are wanted. ``more`` is known when ``result`` was read to its end."""

    whole: Result
    most: int
    seen: int = 0              # rows that were given on
    more: bool = False         # and at least one was not

    @property
    def result(self) -> Result:
        """The result without the rows that are too many; what is left of them is still to be dropped."""
        return Result(self.whole.columns, self._chunks(), self.whole.summary, self.whole.following)

    def _chunks(self) -> Iterator[Chunk]:
        """Up to the last row that is wanted."""
        for chunk in self.whole:
            wanted = chunk[:self.most - self.seen] if self.most else chunk
            self.seen += len(wanted)
            self.more = len(wanted) < len(chunk)
            if wanted:
                yield wanted
            if self.more:
                return


@dataclass(slots=True)
class Shown:
    """What became of one statement's results.

    ``more`` when there were more rows than are wanted at once, ``left`` when the person left the pager before the end.
    """

    rows: int = 0
    any: bool = False
    more: bool = False
    left: bool = False

    def add(self, other: Shown) -> None:
        """The next result of the same statement."""
        self.rows += other.rows
        self.any, self.more, self.left = self.any or other.any, self.more or other.more, self.left or other.left
