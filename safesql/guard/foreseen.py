"""What asking the server showed of a statement before it runs, under the name of the rule that it is a matter of."""

from __future__ import annotations

from safesql.slotted import dataclass
from safesql.sql.token import Span

KEY_MISMATCH = "foreign-key-mismatch"
BIG_TABLE = "blocks-big-table"
QUEUE = "queues-behind-transaction"
FORESEEN = frozenset({KEY_MISMATCH, BIG_TABLE, QUEUE})
"""Rules about how a statement would fare; rows that could be lost are no matter of theirs."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """``message`` is a sentence, ``instead`` what to write or to do, ``at`` where in the statement."""

    rule: str
    message: str
    at: Span
    instead: str = ""
