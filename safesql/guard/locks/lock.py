"""One lock of one statement, in the words of the server that takes it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

from safesql.guard.effect import Name
from safesql.slotted import dataclass
from safesql.sql.token import Span


class Blocks(IntEnum):
    """Whom a lock keeps waiting; ordered, so that the strictest is ``max``."""

    NOTHING = 0            # neither reads nor writes of rows
    WRITES = 1
    READS_AND_WRITES = 2

    @property
    def words(self) -> str:
        """For a sentence."""
        return ("blocks neither reads nor writes", "blocks writes", "blocks reads and writes")[self]


@dataclass(frozen=True, slots=True)
class Lock:
    """``mode`` is the server's own name for it; ``lasting`` says that it is held while rows are read or written.

    ``table`` is None where the text names none: a whole database (SQLite), or the table behind an index.
    ``rewrites`` is None where it depends on what the catalog alone knows. A lock that is not lasting is held for an
    instant (to the end of the transaction on PostgreSQL), but whoever waits for it makes all others wait behind.
    ``queues`` tells whether a running reader or writer keeps this statement waiting, with the others behind it.
    """

    table: Name | None
    mode: str
    blocks: Blocks
    at: Span
    rewrites: bool | None = False
    scans: bool = False
    instead: str = ""
    queues: bool = False

    @property
    def lasting(self) -> bool:
        """Whether it is held for as long as the table is big."""
        return self.scans or self.rewrites is not False

    @property
    def hurts(self) -> bool:
        """Whether somebody waits for as long as the table is big."""
        return self.lasting and self.blocks is not Blocks.NOTHING

    def sentence(self) -> str:
        """``orders: ACCESS EXCLUSIVE, blocks reads and writes, the table is rewritten``."""
        return ", ".join(self._parts())

    def _parts(self) -> Iterator[str]:
        """Table with mode, whom it blocks, what happens to the rows."""
        yield f"{self.table}: {self.mode}" if self.table is not None else self.mode
        instant = "" if self.lasting or self.blocks is Blocks.NOTHING else " for an instant"
        yield f"{self.blocks.words}{instant}"
        if self.rewrites:
            yield "the table is rewritten"
        elif self.rewrites is None:
            yield "the table is rewritten unless the values stay as they are stored"
        elif self.scans:
            yield "every row is read"
