"""PostgreSQL's table locks and whom each blocks; https://www.postgresql.org/docs/current/explicit-locking.html."""

from __future__ import annotations

from safesql.guard.effect import Name
from safesql.guard.locks.lock import Blocks, Lock
from safesql.sql.token import Span

ROW_SHARE = "ROW SHARE"
ROW_EXCLUSIVE = "ROW EXCLUSIVE"
UPDATE_EXCLUSIVE = "SHARE UPDATE EXCLUSIVE"
SHARE = "SHARE"
SHARE_ROW_EXCLUSIVE = "SHARE ROW EXCLUSIVE"
EXCLUSIVE = "EXCLUSIVE"
ACCESS_EXCLUSIVE = "ACCESS EXCLUSIVE"

WEIGHTS = ("ACCESS SHARE", ROW_SHARE, ROW_EXCLUSIVE, UPDATE_EXCLUSIVE, SHARE, SHARE_ROW_EXCLUSIVE, EXCLUSIVE,
           ACCESS_EXCLUSIVE)  # fmt: skip
"""From the weakest to the strongest; unknown words are taken for the strongest."""


def in_mode(table: Name | None, mode: str, at: Span) -> Lock:
    """A lock in a mode, held for an instant."""
    return Lock(table, mode, _blocks(mode), at, queues=mode not in (ROW_SHARE, ROW_EXCLUSIVE, UPDATE_EXCLUSIVE))


def stronger(one: str, other: str) -> str:
    """The stronger of two modes."""
    return max(one, other, key=_weight)


def _weight(mode: str) -> int:
    """Its place in the order."""
    return WEIGHTS.index(mode) if mode in WEIGHTS else len(WEIGHTS)


def _blocks(mode: str) -> Blocks:
    """Reads take ACCESS SHARE, writes ROW EXCLUSIVE."""
    if mode == ACCESS_EXCLUSIVE or mode not in WEIGHTS:
        return Blocks.READS_AND_WRITES
    return Blocks.WRITES if _weight(mode) >= _weight(SHARE) else Blocks.NOTHING
